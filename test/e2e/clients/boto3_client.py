"""boto3, AWS's Python SDK, on our emulator and on moto: Secrets Manager, Parameter Store, STS."""

import uuid

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from scenarios import equal, refused, scenario, serve

ONCE = Config(retries={"total_max_attempts": 1})


def client(facts, service, config=ONCE, **credentials):
    keys = {"aws_access_key_id": facts.access_key_id, "aws_secret_access_key": facts.secret_access_key}
    return boto3.client(service, endpoint_url=facts.url, region_name="us-east-1", config=config, **(credentials or keys))


def code_of(error):
    return error.response["Error"]["Code"]


@scenario
def versions_and_stages(facts):
    """Secrets Manager: the newest version is AWSCURRENT, the one before AWSPREVIOUS, each has an id"""
    secrets = client(facts, "secretsmanager")
    first = secrets.create_secret(Name="boto3/app", SecretString="one", Tags=[{"Key": "team", "Value": "payments"}])
    token = str(uuid.uuid4())
    second = secrets.put_secret_value(SecretId="boto3/app", SecretString="two ☃", ClientRequestToken=token)
    equal(second["VersionId"], token)
    equal(second["VersionStages"], ["AWSCURRENT"])
    read = secrets.get_secret_value(SecretId="boto3/app")
    equal((read["Name"], read["SecretString"], read["VersionId"]), ("boto3/app", "two ☃", token))
    equal(read["ARN"], first["ARN"])
    assert read["CreatedDate"].year >= 2024, read["CreatedDate"]
    equal(secrets.get_secret_value(SecretId=first["ARN"])["SecretString"], "two ☃")
    equal(secrets.get_secret_value(SecretId="boto3/app", VersionStage="AWSPREVIOUS")["SecretString"], "one")
    equal(secrets.get_secret_value(SecretId="boto3/app", VersionId=first["VersionId"])["SecretString"], "one")
    described = secrets.describe_secret(SecretId="boto3/app")
    equal(described["Tags"], [{"Key": "team", "Value": "payments"}])
    equal(described["VersionIdsToStages"], {first["VersionId"]: ["AWSPREVIOUS"], token: ["AWSCURRENT"]})
    refused(secrets.exceptions.ResourceNotFoundException, secrets.get_secret_value, SecretId="boto3/app", VersionStage="OTHER")


@scenario
def binary(facts):
    """Secrets Manager: bytes come back as they were written"""
    secrets = client(facts, "secretsmanager")
    content = bytes(range(256))
    secrets.create_secret(Name="boto3/bytes", SecretBinary=content)
    read = secrets.get_secret_value(SecretId="boto3/bytes")
    equal(read["SecretBinary"], content)
    assert "SecretString" not in read


@scenario
def missing(facts):
    """Secrets Manager: a secret that is not there is ResourceNotFoundException, an existing one is not created again"""
    secrets = client(facts, "secretsmanager")
    error = refused(secrets.exceptions.ResourceNotFoundException, secrets.get_secret_value, SecretId="boto3/absent")
    assert error.response["Error"]["Message"].startswith("Secrets Manager can't find the specified secret"), error
    assert error.response["ResponseMetadata"]["RequestId"]
    secrets.create_secret(Name="boto3/once", SecretString="v")
    refused(secrets.exceptions.ResourceExistsException, secrets.create_secret, Name="boto3/once", SecretString="v")


@scenario
def batch_by_ids(facts):
    """Secrets Manager: a batch has values and errors side by side"""
    secrets = client(facts, "secretsmanager")
    names = ["boto3/batch-%d" % number for number in range(12)]
    for name in names:
        secrets.create_secret(Name=name, SecretString="value of " + name)
    answer = secrets.batch_get_secret_value(SecretIdList=names + ["boto3/nowhere"])
    equal({value["Name"]: value["SecretString"] for value in answer["SecretValues"]}, {name: "value of " + name for name in names})
    equal([(error["SecretId"], error["ErrorCode"]) for error in answer["Errors"]], [("boto3/nowhere", "ResourceNotFoundException")])
    for value in answer["SecretValues"]:
        equal(value["VersionStages"], ["AWSCURRENT"])


@scenario
def batch_by_filters(facts):
    """Secrets Manager: the pages of a filtered batch together have everything once"""
    secrets = client(facts, "secretsmanager")
    names = ["boto3/page-%d" % number for number in range(7)]
    for name in names:
        secrets.create_secret(Name=name, SecretString=name)
    sizes, found, more = [], [], {}
    while True:
        page = secrets.batch_get_secret_value(Filters=[{"Key": "name", "Values": ["boto3/page-"]}], MaxResults=3, **more)
        sizes.append(len(page["SecretValues"]))
        found += [value["SecretString"] for value in page["SecretValues"]]
        if "NextToken" not in page:
            break
        more = {"NextToken": page["NextToken"]}
    equal(sizes, [3, 3, 1])
    equal(sorted(found), names)
    listed = secrets.get_paginator("list_secrets").paginate(Filters=[{"Key": "name", "Values": ["boto3/page-"]}], MaxResults=2)
    equal(sorted(secret["Name"] for page in listed for secret in page["SecretList"]), names)


@scenario
def batch_limits(facts):
    """Secrets Manager: a batch takes 20 ids, and either ids or filters"""
    secrets = client(facts, "secretsmanager", config=ONCE.merge(Config(parameter_validation=False)))
    error = refused(ClientError, secrets.batch_get_secret_value, SecretIdList=["boto3/%d" % n for n in range(21)])
    equal(code_of(error), "ValidationException")
    error = refused(ClientError, secrets.batch_get_secret_value)
    equal(code_of(error), "InvalidParameterException")


@scenario
def deletion(facts):
    """Secrets Manager: a secret marked for deletion cannot be read until it is restored, a forced deletion is final"""
    secrets = client(facts, "secretsmanager")
    secrets.create_secret(Name="boto3/deleted", SecretString="v")
    secrets.delete_secret(SecretId="boto3/deleted", RecoveryWindowInDays=7)
    refused(secrets.exceptions.InvalidRequestException, secrets.get_secret_value, SecretId="boto3/deleted")
    batch = secrets.batch_get_secret_value(SecretIdList=["boto3/deleted"])
    equal([error["ErrorCode"] for error in batch["Errors"]], ["InvalidRequestException"])
    secrets.restore_secret(SecretId="boto3/deleted")
    equal(secrets.get_secret_value(SecretId="boto3/deleted")["SecretString"], "v")
    secrets.delete_secret(SecretId="boto3/deleted", ForceDeleteWithoutRecovery=True)
    refused(secrets.exceptions.ResourceNotFoundException, secrets.get_secret_value, SecretId="boto3/deleted")


@scenario
def parameters(facts):
    """Parameter Store: versions, labels, secure strings, and names that are not there listed beside the others"""
    store = client(facts, "ssm")
    equal(store.put_parameter(Name="/boto3/plain", Value="one", Type="String")["Version"], 1)
    equal(store.put_parameter(Name="/boto3/plain", Value="two", Type="String", Overwrite=True)["Version"], 2)
    store.put_parameter(Name="/boto3/secure", Value="hidden", Type="SecureString")
    store.put_parameter(Name="/boto3/list", Value="a,b", Type="StringList")
    store.label_parameter_version(Name="/boto3/plain", ParameterVersion=1, Labels=["stable"])
    answer = store.get_parameters(Names=["/boto3/plain", "/boto3/secure", "/boto3/list", "/boto3/absent"], WithDecryption=True)
    read = {parameter["Name"]: parameter for parameter in answer["Parameters"]}
    values = {name: parameter["Value"] for name, parameter in read.items()}
    equal(values, {"/boto3/plain": "two", "/boto3/secure": "hidden", "/boto3/list": "a,b"})
    equal(read["/boto3/plain"]["Version"], 2)
    equal(read["/boto3/secure"]["Type"], "SecureString")
    assert read["/boto3/plain"]["ARN"].endswith(":parameter/boto3/plain"), read
    equal(answer["InvalidParameters"], ["/boto3/absent"])
    encrypted = store.get_parameter(Name="/boto3/secure")["Parameter"]["Value"]
    assert encrypted != "hidden", "not encrypted"
    equal(store.get_parameter(Name="/boto3/plain:1")["Parameter"]["Value"], "one")
    equal(store.get_parameter(Name="/boto3/plain:stable")["Parameter"]["Value"], "one")
    refused(store.exceptions.ParameterNotFound, store.get_parameter, Name="/boto3/absent")
    refused(store.exceptions.ParameterVersionNotFound, store.get_parameter, Name="/boto3/plain:9")
    refused(store.exceptions.ParameterAlreadyExists, store.put_parameter, Name="/boto3/plain", Value="x", Type="String")


@scenario
def parameter_tags(facts):
    """Parameter Store: tags are read by the parameter's name"""
    store = client(facts, "ssm")
    store.put_parameter(Name="/boto3/tagged", Value="v", Type="String", Tags=[{"Key": "team", "Value": "payments"}])
    store.add_tags_to_resource(ResourceType="Parameter", ResourceId="/boto3/tagged", Tags=[{"Key": "tier", "Value": "1"}])
    tags = store.list_tags_for_resource(ResourceType="Parameter", ResourceId="/boto3/tagged")["TagList"]
    equal({tag["Key"]: tag["Value"] for tag in tags}, {"team": "payments", "tier": "1"})
    refused(store.exceptions.InvalidResourceId, store.list_tags_for_resource, ResourceType="Parameter", ResourceId="/boto3/absent")


@scenario
def parameter_listing(facts):
    """Parameter Store: names are described by path, by their beginning and by tags, page by page and without values"""
    store = client(facts, "ssm")
    for name, team in (("/boto3/list/a", "x"), ("/boto3/list/b", "xy"), ("/boto3/list/deep/c", "x"), ("/boto3/listed", "x")):
        store.put_parameter(Name=name, Value="hidden", Type="SecureString", Tags=[{"Key": "lister", "Value": team}])

    def described(*filters, size=50):
        pages = store.get_paginator("describe_parameters").paginate(ParameterFilters=list(filters), PaginationConfig={"PageSize": size})
        entries = [entry for page in pages for entry in page["Parameters"]]
        assert all("Value" not in entry for entry in entries), entries
        return sorted(entry["Name"] for entry in entries)

    below = {"Key": "Path", "Option": "Recursive", "Values": ["/boto3/list"]}
    tagged = {"Key": "tag:lister", "Option": "Equals", "Values": ["x"]}
    equal(described(below, size=2), ["/boto3/list/a", "/boto3/list/b", "/boto3/list/deep/c"])
    equal(described({**below, "Option": "OneLevel"}), ["/boto3/list/a", "/boto3/list/b"])
    equal(described(below, tagged), ["/boto3/list/a", "/boto3/list/deep/c"])
    begins = {"Key": "Name", "Option": "BeginsWith", "Values": ["/boto3/list"]}
    equal(described(begins, tagged), ["/boto3/list/a", "/boto3/list/deep/c", "/boto3/listed"])
    equal(described({"Key": "Name", "Option": "Contains", "Values": ["3/liste"]}), ["/boto3/listed"])
    for wrong, code in (
        ([{"Key": "Label", "Values": ["x"]}], "InvalidFilterKey"),
        ([begins, begins], "InvalidFilterKey"),
        ([{**below, "Option": "Equals"}], "InvalidFilterOption"),
        ([{**begins, "Option": "Recursive"}], "InvalidFilterOption"),
        ([{**below, "Values": ["boto3"]}], "ValidationException"),
        ([{**begins, "Values": ["x" * 1025]}], "ValidationException"),
    ):
        equal(code_of(refused(ClientError, store.describe_parameters, ParameterFilters=wrong)), code)


@scenario
def parameter_batch_limit(facts):
    """Parameter Store: one call reads at most ten parameters"""
    store = client(facts, "ssm", config=ONCE.merge(Config(parameter_validation=False)))
    error = refused(ClientError, store.get_parameters, Names=["/boto3/%d" % number for number in range(11)])
    equal(code_of(error), "ValidationException")


@scenario
def caller(facts):
    """STS: a key belongs to an account"""
    identity = client(facts, "sts").get_caller_identity()
    equal(identity["Account"], facts.account)
    assert identity["Arn"].startswith("arn:aws:"), identity


@scenario
def assumed_role(facts):
    """STS: an assumed role's session token opens the services until it ends"""
    answer = client(facts, "sts").assume_role(RoleArn=facts.role_arn, RoleSessionName="boto3", DurationSeconds=900)
    assert answer["AssumedRoleUser"]["Arn"].endswith("/boto3"), answer["AssumedRoleUser"]
    session = session_keys(answer["Credentials"])
    client(facts, "secretsmanager", **session).create_secret(Name="boto3/by-role", SecretString="v")
    assert ":assumed-role/" in client(facts, "sts", **session).get_caller_identity()["Arn"]


@scenario
def web_identity(facts):
    """STS: a service account's token is exchanged without a signature for a session"""
    sts = client(facts, "sts", config=ONCE.merge(Config(signature_version=UNSIGNED)))
    answer = sts.assume_role_with_web_identity(RoleArn=facts.role_arn, RoleSessionName="pod", WebIdentityToken=facts.web_identity_token)
    session = session_keys(answer["Credentials"])
    secrets = client(facts, "secretsmanager", **session)
    secrets.create_secret(Name="boto3/by-web-identity", SecretString="v")
    equal(secrets.get_secret_value(SecretId="boto3/by-web-identity")["SecretString"], "v")


@scenario
def web_identity_refused(facts):
    """STS: tokens that expired, of others, for others or for another role are refused in STS's own words"""
    sts = client(facts, "sts", config=ONCE.merge(Config(signature_version=UNSIGNED)))

    def assume(token, role=facts.role_arn):
        return sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="pod", WebIdentityToken=token)

    equal(code_of(refused(sts.exceptions.ExpiredTokenException, assume, facts.expired_token)), "ExpiredTokenException")
    refused(sts.exceptions.InvalidIdentityTokenException, assume, facts.token_for_others)
    refused(sts.exceptions.InvalidIdentityTokenException, assume, "no-token-at-all")
    error = refused(ClientError, assume, facts.web_identity_token, facts.role_arn + "-of-others")
    equal((code_of(error), error.response["ResponseMetadata"]["HTTPStatusCode"]), ("AccessDenied", 403))


@scenario
def signatures(facts):
    """A wrong secret key, an unknown key and a session without its token are refused"""
    right = facts.access_key_id, facts.secret_access_key
    for service, call, unknown, wrong in (
        ("secretsmanager", lambda it: it.get_secret_value(SecretId="x"), "UnrecognizedClientException", "InvalidSignatureException"),
        ("ssm", lambda it: it.get_parameter(Name="x"), "UnrecognizedClientException", "InvalidSignatureException"),
        ("sts", lambda it: it.get_caller_identity(), "InvalidClientTokenId", "SignatureDoesNotMatch"),
    ):
        stranger = client(facts, service, aws_access_key_id="AKIAUNKNOWN", aws_secret_access_key=right[1])
        equal(code_of(refused(ClientError, call, stranger)), unknown)
        forger = client(facts, service, aws_access_key_id=right[0], aws_secret_access_key="wrong")
        equal(code_of(refused(ClientError, call, forger)), wrong)


@scenario
def denied(facts):
    """An action that a policy denies is AccessDeniedException, for a batch as a whole or for one of its secrets"""
    secrets = client(facts, "secretsmanager")
    for name in ("boto3/allowed", "boto3/denied"):
        secrets.create_secret(Name=name, SecretString="v")
    error = refused(ClientError, secrets.get_secret_value, SecretId="boto3/denied")
    equal(code_of(error), "AccessDeniedException")
    answer = secrets.batch_get_secret_value(SecretIdList=["boto3/allowed", "boto3/denied"])
    equal([value["Name"] for value in answer["SecretValues"]], ["boto3/allowed"])
    equal([(one["SecretId"], one["ErrorCode"]) for one in answer["Errors"]], [("boto3/denied", "AccessDeniedException")])


@scenario
def throttled(facts):
    """Throttling is an error that the SDK's own retries know, and get past"""
    secrets = client(facts, "secretsmanager", config=Config(retries={"mode": "standard", "total_max_attempts": 3}))
    read = secrets.batch_get_secret_value(SecretIdList=["boto3/app"])
    equal(read["ResponseMetadata"]["RetryAttempts"], 2)


@scenario
def outage(facts):
    """A failure of the service is an error that the SDK's own retries get past"""
    store = client(facts, "ssm", config=Config(retries={"mode": "standard", "total_max_attempts": 2}))
    equal(store.get_parameters(Names=["/boto3/plain"])["ResponseMetadata"]["RetryAttempts"], 1)


def session_keys(credentials):
    return {
        "aws_access_key_id": credentials["AccessKeyId"],
        "aws_secret_access_key": credentials["SecretAccessKey"],
        "aws_session_token": credentials["SessionToken"],
    }


serve()
