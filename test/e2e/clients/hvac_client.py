"""hvac, Vault's Python client, on anything that speaks Vault's API: the same scenarios on our emulator and on OpenBao."""

from hvac import Client
from hvac.exceptions import Forbidden, InvalidPath, InvalidRequest

from scenarios import equal, refused, scenario, serve


def root(facts, **named):
    return Client(url=facts.url, token=facts.root_token, **named)


def kv2(client):
    return client.secrets.kv.v2


@scenario
def versions(facts):
    """KV version 2: every write is a version, the newest is read unless one is named"""
    kv = kv2(root(facts))
    for number in (1, 2, 3):
        written = kv.create_or_update_secret("hvac/app", {"number": number, "text": "v%d ☃" % number})
        equal(written["data"]["version"], number)
        assert written["data"]["created_time"].endswith("Z")
    newest = kv.read_secret_version("hvac/app", raise_on_deleted_version=True)["data"]
    equal(newest["data"], {"number": 3, "text": "v3 ☃"})
    equal(newest["metadata"]["version"], 3)
    older = kv.read_secret_version("hvac/app", version=1, raise_on_deleted_version=True)["data"]
    equal(older["data"]["number"], 1)
    refused(InvalidPath, kv.read_secret_version, "hvac/app", version=9, raise_on_deleted_version=True)
    metadata = kv.read_secret_metadata("hvac/app")["data"]
    equal(metadata["current_version"], 3)
    equal(sorted(metadata["versions"]), ["1", "2", "3"])
    equal(metadata["versions"]["1"]["destroyed"], False)


@scenario
def deletion(facts):
    """KV version 2: a deleted version is gone until it is undeleted, a destroyed one for ever"""
    kv = kv2(root(facts))
    kv.create_or_update_secret("hvac/gone", {"v": 1})
    kv.create_or_update_secret("hvac/gone", {"v": 2})
    kv.delete_latest_version_of_secret("hvac/gone")
    error = refused(InvalidPath, kv.read_secret_version, "hvac/gone", raise_on_deleted_version=True)
    equal(error.json["data"]["data"], None)
    assert error.json["data"]["metadata"]["deletion_time"] != ""
    kv.undelete_secret_versions("hvac/gone", [2])
    equal(kv.read_secret_version("hvac/gone", raise_on_deleted_version=True)["data"]["data"], {"v": 2})
    kv.delete_secret_versions("hvac/gone", [1])
    refused(InvalidPath, kv.read_secret_version, "hvac/gone", version=1, raise_on_deleted_version=True)
    kv.destroy_secret_versions("hvac/gone", [2])
    refused(InvalidPath, kv.read_secret_version, "hvac/gone", raise_on_deleted_version=True)
    equal(kv.read_secret_metadata("hvac/gone")["data"]["versions"]["2"]["destroyed"], True)
    kv.delete_metadata_and_all_versions("hvac/gone")
    refused(InvalidPath, kv.read_secret_metadata, "hvac/gone")


@scenario
def check_and_set(facts):
    """KV version 2: check-and-set refuses a write that does not know the current version"""
    kv = kv2(root(facts))
    kv.create_or_update_secret("hvac/cas", {"v": 1}, cas=0)
    error = refused(InvalidRequest, kv.create_or_update_secret, "hvac/cas", {"v": 2}, cas=0)
    equal(error.errors, ["check-and-set parameter did not match the current version"])
    equal(kv.create_or_update_secret("hvac/cas", {"v": 2}, cas=1)["data"]["version"], 2)
    kv.update_metadata("hvac/cas", cas_required=True)
    error = refused(InvalidRequest, kv.create_or_update_secret, "hvac/cas", {"v": 3})
    equal(error.errors, ["check-and-set parameter required for this call"])


@scenario
def patch(facts):
    """KV version 2: a patch changes what it names and makes a new version"""
    kv = kv2(root(facts))
    kv.create_or_update_secret("hvac/patched", {"keep": "a", "change": "b"})
    equal(kv.patch("hvac/patched", {"change": "c", "add": "d"})["data"]["version"], 2)
    read = kv.read_secret_version("hvac/patched", raise_on_deleted_version=True)["data"]["data"]
    equal(read, {"keep": "a", "change": "c", "add": "d"})


@scenario
def custom_metadata(facts):
    """KV version 2: custom metadata is kept beside the versions"""
    kv = kv2(root(facts))
    kv.create_or_update_secret("hvac/tagged", {"v": 1})
    kv.update_metadata("hvac/tagged", max_versions=2, custom_metadata={"team": "payments"})
    metadata = kv.read_secret_metadata("hvac/tagged")["data"]
    equal(metadata["custom_metadata"], {"team": "payments"})
    equal(metadata["max_versions"], 2)
    for number in (2, 3):
        kv.create_or_update_secret("hvac/tagged", {"v": number})
    refused(InvalidPath, kv.read_secret_version, "hvac/tagged", version=1, raise_on_deleted_version=True)
    read = kv.read_secret_version("hvac/tagged", raise_on_deleted_version=True)["data"]
    equal(read["metadata"]["custom_metadata"], {"team": "payments"})


@scenario
def listing(facts):
    """Both engines list names and folders, and find nothing where there is nothing"""
    client = root(facts)
    for name in ("b", "a", "folder/x", "folder/deep/y"):
        kv2(client).create_or_update_secret("hvac/list/" + name, {"v": 1})
        client.secrets.kv.v1.create_or_update_secret("hvac/list/" + name, {"v": 1}, mount_point="kv")
    for found in (
        kv2(client).list_secrets("hvac/list"),
        client.secrets.kv.v1.list_secrets("hvac/list", mount_point="kv"),
    ):
        equal(found["data"]["keys"], ["a", "b", "folder/"])
    equal(kv2(client).list_secrets("hvac/list/folder")["data"]["keys"], ["deep/", "x"])
    refused(InvalidPath, kv2(client).list_secrets, "hvac/nothing")
    refused(InvalidPath, client.secrets.kv.v1.list_secrets, "hvac/nothing", mount_point="kv")


@scenario
def version_1(facts):
    """KV version 1: the last write counts"""
    kv = root(facts).secrets.kv.v1
    kv.create_or_update_secret("hvac/app", {"v": 1}, mount_point="kv")
    kv.create_or_update_secret("hvac/app", {"v": 2, "text": "ä"}, mount_point="kv")
    read = kv.read_secret("hvac/app", mount_point="kv")
    equal(read["data"], {"v": 2, "text": "ä"})
    assert read["lease_duration"] > 0
    kv.delete_secret("hvac/app", mount_point="kv")
    error = refused(InvalidPath, kv.read_secret, "hvac/app", mount_point="kv")
    equal(error.errors, [])


@scenario
def approle(facts):
    """AppRole: the right secret id gives a token with the role's policies, a wrong one nothing"""
    kv2(root(facts)).create_or_update_secret("hvac/read", {"v": 1})
    client = Client(url=facts.url)
    auth = client.auth.approle.login(role_id=facts.role_id, secret_id=facts.secret_id)["auth"]
    assert "contract" in auth["policies"], auth["policies"]
    equal(auth["renewable"], True)
    equal(client.token, auth["client_token"])
    equal(kv2(client).read_secret_version("hvac/read", raise_on_deleted_version=True)["data"]["data"], {"v": 1})
    error = refused(Forbidden, kv2(client).create_or_update_secret, "hvac/read", {"v": 2})
    assert "permission denied" in str(error), error
    refused(Forbidden, client.secrets.kv.v1.read_secret, "hvac/app", mount_point="kv")
    error = refused(InvalidRequest, Client(url=facts.url).auth.approle.login, role_id=facts.role_id, secret_id="wrong")
    equal(error.errors, ["invalid role or secret ID"])


@scenario
def userpass(facts):
    """Userpass: the right password logs in, a wrong one and a stranger are refused alike"""
    client = Client(url=facts.url)
    auth = client.auth.userpass.login(username="bob", password="right")["auth"]
    equal(auth["metadata"]["username"], "bob")
    assert client.is_authenticated()
    wrong = refused(InvalidRequest, Client(url=facts.url).auth.userpass.login, username="bob", password="wrong")
    stranger = refused(InvalidRequest, Client(url=facts.url).auth.userpass.login, username="eve", password="right")
    equal(wrong.errors, ["invalid username or password"])
    equal(stranger.errors, wrong.errors)


@scenario
def jwt(facts):
    """JWT: a signed token for the role's audience logs in, others do not"""
    client = Client(url=facts.url)
    auth = client.auth.jwt.jwt_login(role="ci", jwt=facts.jwt)["auth"]
    equal(auth["metadata"]["role"], "ci")
    client.token = auth["client_token"]
    assert client.is_authenticated()
    refused(InvalidRequest, Client(url=facts.url).auth.jwt.jwt_login, role="ci", jwt=facts.jwt_of_others)
    refused(InvalidRequest, Client(url=facts.url).auth.jwt.jwt_login, role="unknown", jwt=facts.jwt)


@scenario
def tokens(facts):
    """A token can be looked up, renewed up to its end, and revoked"""
    auth = root(facts).auth.token.create(policies=["contract"], ttl="1h", explicit_max_ttl="90m")["auth"]
    equal(auth["lease_duration"], 3600)
    equal(sorted(auth["policies"]), ["contract", "default"])
    client = Client(url=facts.url, token=auth["client_token"])
    looked_up = client.auth.token.lookup_self()["data"]
    equal(looked_up["id"], auth["client_token"])
    equal(looked_up["creation_ttl"], 3600)
    assert 3500 < looked_up["ttl"] <= 3600, looked_up["ttl"]
    equal(looked_up["renewable"], True)
    renewed = client.auth.token.renew_self(increment="2h")["auth"]
    assert 5300 < renewed["lease_duration"] <= 5400, renewed["lease_duration"]
    client.auth.token.revoke_self()
    refused(Forbidden, client.auth.token.lookup_self)
    assert not client.is_authenticated()


@scenario
def namespaces(facts):
    """A namespace has its own mounts and secrets, and its parent's token is good in it"""
    kv2(root(facts)).create_or_update_secret("hvac/ns", {"of": "root"})
    team = root(facts, namespace="team")
    kv2(team).create_or_update_secret("hvac/ns", {"of": "team"})
    read = kv2(team).read_secret_version("hvac/ns", raise_on_deleted_version=True)["data"]["data"]
    equal(read, {"of": "team"})
    by_path = root(facts).read("team/secret/data/hvac/ns")
    equal(by_path["data"]["data"], {"of": "team"})
    read = kv2(root(facts)).read_secret_version("hvac/ns", raise_on_deleted_version=True)["data"]["data"]
    equal(read, {"of": "root"})


@scenario
def strangers(facts):
    """Whoever brings no token or an unknown one is refused, and a path without an engine is not there"""
    for client in (Client(url=facts.url, token="s.unknown"), Client(url=facts.url, token="")):
        refused(Forbidden, kv2(client).read_secret_version, "hvac/app", raise_on_deleted_version=True)
        assert not client.is_authenticated()
    error = refused(InvalidPath, kv2(root(facts)).read_secret_version, "x", mount_point="nowhere", raise_on_deleted_version=True)
    assert "no handler for route" in str(error), error


@scenario
def server(facts):
    """The server says that it is initialized, unsealed and what is mounted"""
    client = root(facts)
    assert client.sys.is_initialized()
    assert not client.sys.is_sealed()
    equal(client.sys.read_health_status(method="GET")["sealed"], False)
    mounted = client.sys.list_mounted_secrets_engines()["data"]
    equal(mounted["secret/"]["options"]["version"], "2")
    equal(mounted["kv/"]["options"]["version"], "1")
    equal(client.sys.list_auth_methods()["data"]["approle/"]["type"], "approle")


serve()
