"""google-cloud-secret-manager and google-auth, Google's Python SDKs, over REST on the emulator of Secret Manager."""

import importlib
import os

from google.api_core.exceptions import BadRequest, Conflict, Forbidden, NotFound, TooManyRequests, Unauthorized
from google.api_core.retry import Retry
from google.auth import compute_engine, jwt
from google.auth.compute_engine import _metadata
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request
from google.cloud import secretmanager_v1
from google.cloud.secretmanager_v1.services.secret_manager_service.transports.rest import SecretManagerServiceRestTransport
from google.oauth2 import service_account

from scenarios import equal, refused, scenario, serve

# The check value of CRC-32C that every catalogue of checksums gives (RFC 3720 appendix B.4 has others).
CHECK_TEXT, CHECK_SUM = b"123456789", 0xE3069283
SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]


def secret_manager(facts, credentials=None):
    """A client over REST; the emulator speaks plain HTTP."""
    address = facts.url.removeprefix("http://")
    credentials = credentials or AnonymousCredentials()
    return secretmanager_v1.SecretManagerServiceClient(
        transport=SecretManagerServiceRestTransport(host=address, credentials=credentials, url_scheme="http")
    )


def created(client, facts, name, *contents, location=None, **fields):
    parent = "projects/%s" % facts.project + ("/locations/%s" % location if location else "")
    secret = dict(fields) if location else {"replication": {"automatic": {}}, **fields}
    client.create_secret(parent=parent, secret_id=name, secret=secret)
    path = "%s/secrets/%s" % (parent, name)
    for content in contents:
        client.add_secret_version(parent=path, payload={"data": content})
    return path


def access(client, path, version="latest"):
    return client.access_secret_version(name="%s/versions/%s" % (path, version))


def bad(status, call, *words, **named):
    """Over REST these have one HTTP status; what is wrong is in the body."""
    error = refused(BadRequest, call, *words, **named)
    equal(error.response.json()["error"]["status"], status)


def key_file(facts, **changed):
    return {**facts.key, "token_uri": facts.url + "/token", **changed}


@scenario
def versions(facts):
    """A secret's versions are numbered, latest is the newest, and every payload has its checksum"""
    client = secret_manager(facts)
    path = created(client, facts, "py-app", b"one", CHECK_TEXT, bytes(range(256)))
    answer = access(client, path)
    equal(answer.payload.data, bytes(range(256)))
    assert answer.name.endswith("/secrets/py-app/versions/3"), answer.name
    equal(access(client, path, 1).payload.data, b"one")
    equal(access(client, path, 2).payload.data_crc32c, CHECK_SUM)
    version = client.get_secret_version(name=path + "/versions/1")
    equal(version.state, secretmanager_v1.SecretVersion.State.ENABLED)
    assert version.create_time.year >= 2024, version.create_time


@scenario
def states(facts):
    """A disabled or destroyed version is a failed precondition, also as latest, and never the one before it"""
    client = secret_manager(facts)
    path = created(client, facts, "py-states", b"one", b"two")
    disabled = client.disable_secret_version(name=path + "/versions/2")
    equal(disabled.state, secretmanager_v1.SecretVersion.State.DISABLED)
    for version in ("2", "latest"):
        bad("FAILED_PRECONDITION", access, client, path, version)
    equal(access(client, path, 1).payload.data, b"one")
    client.enable_secret_version(name=path + "/versions/2")
    equal(access(client, path).payload.data, b"two")
    destroyed = client.destroy_secret_version(name=path + "/versions/1")
    equal(destroyed.state, secretmanager_v1.SecretVersion.State.DESTROYED)
    assert destroyed.destroy_time
    bad("FAILED_PRECONDITION", access, client, path, 1)
    bad("FAILED_PRECONDITION", client.enable_secret_version, name=path + "/versions/1")


@scenario
def missing(facts):
    """A secret, a version or a secret without versions is not found, a version that can be none invalid"""
    client = secret_manager(facts)
    refused(NotFound, access, client, "projects/%s/secrets/py-absent" % facts.project)
    path = created(client, facts, "py-bare")
    refused(NotFound, access, client, path)
    client.add_secret_version(parent=path, payload={"data": b"v"})
    refused(NotFound, access, client, path, 7)
    bad("INVALID_ARGUMENT", access, client, path, "-odd-")
    refused(Conflict, created, client, facts, "py-bare")
    bad("INVALID_ARGUMENT", client.add_secret_version, parent=path, payload={"data": b""})


@scenario
def checksums(facts):
    """A payload whose checksum does not fit is not taken"""
    client = secret_manager(facts)
    path = created(client, facts, "py-checksum")
    client.add_secret_version(parent=path, payload={"data": CHECK_TEXT, "data_crc32c": CHECK_SUM})
    bad("INVALID_ARGUMENT", client.add_secret_version, parent=path, payload={"data": b"other", "data_crc32c": CHECK_SUM})
    equal(access(client, path).payload.data, CHECK_TEXT)


@scenario
def metadata(facts):
    """Labels, annotations and aliases are kept with the secret, and an alias names a version"""
    client = secret_manager(facts)
    path = created(client, facts, "py-tagged", b"one", b"two", labels={"team": "payments"}, annotations={"note": "a ☃"})
    secret = client.get_secret(name=path)
    equal((dict(secret.labels), dict(secret.annotations)), ({"team": "payments"}, {"note": "a ☃"}))
    assert secret.name.endswith("/secrets/py-tagged"), secret.name
    changed = {"name": path, "version_aliases": {"stable": 1}, "labels": {"team": "orders"}}
    client.update_secret(secret=changed, update_mask={"paths": ["version_aliases", "labels"]})
    equal(access(client, path, "stable").payload.data, b"one")
    equal(dict(client.get_secret(name=path).labels), {"team": "orders"})


@scenario
def lists(facts):
    """Lists are paged, filtered, newest first"""
    client = secret_manager(facts)
    for number in range(5):
        created(client, facts, "py-list-%d" % number, labels={"parity": "even" if number % 2 == 0 else "odd"})
    parent = "projects/%s" % facts.project
    pages = list(client.list_secrets(request={"parent": parent, "filter": "name:py-list-", "page_size": 2}).pages)
    equal([len(page.secrets) for page in pages], [2, 2, 1])
    names = [secret.name.split("/")[-1] for page in pages for secret in page.secrets]
    equal(names, ["py-list-%d" % number for number in (4, 3, 2, 1, 0)])
    odd = client.list_secrets(request={"parent": parent, "filter": "labels.parity=odd"})
    equal(sorted(secret.name.split("/")[-1] for secret in odd), ["py-list-1", "py-list-3"])
    path = created(client, facts, "py-versions", b"1", b"2", b"3")
    client.disable_secret_version(name=path + "/versions/2")
    numbers = [version.name.split("/")[-1] for version in client.list_secret_versions(parent=path)]
    equal(numbers, ["3", "2", "1"])
    enabled = client.list_secret_versions(request={"parent": path, "filter": "state:ENABLED"})
    equal([version.name.split("/")[-1] for version in enabled], ["3", "1"])


@scenario
def listing_filters(facts):
    """Names are searched for by a part in either case, labels by their whole value, and a mask leaves the rest out"""
    client = secret_manager(facts)
    for name, labels in (("py-find-a", {"team": "x"}), ("py-find-b", {"team": "xy"}), ("py-other", {"team": "x"})):
        created(client, facts, name, b"hidden", labels=labels)

    def listed(filter, **named):
        request = {"parent": "projects/%s" % facts.project, "filter": filter}
        return {secret.name.split("/")[-1]: secret for secret in client.list_secrets(request=request, **named)}

    equal(sorted(listed("name:PY-FIND")), ["py-find-a", "py-find-b"])
    equal(sorted(listed("name:py- AND labels.team=x")), ["py-find-a", "py-other"])
    equal(sorted(listed('name:find labels.team="xy"')), ["py-find-b"])
    equal(sorted(listed("labels.team=none")), [])
    masked = listed("name:py-find-a", metadata=[("x-goog-fieldmask", "secrets.name,secrets.labels,nextPageToken")])["py-find-a"]
    equal((dict(masked.labels), masked.etag, masked.create_time), ({"team": "x"}, "", None))


@scenario
def regional(facts):
    """A regional secret lives in its location alone"""
    client = secret_manager(facts)
    path = created(client, facts, "py-regional", b"regional", location="europe-west3")
    answer = access(client, path)
    equal(answer.payload.data, b"regional")
    assert "/locations/europe-west3/secrets/py-regional/versions/1" in answer.name, answer.name
    refused(NotFound, access, client, "projects/%s/secrets/py-regional" % facts.project)


@scenario
def deletion(facts):
    """A deleted secret is not found"""
    client = secret_manager(facts)
    path = created(client, facts, "py-deleted", b"v")
    client.delete_secret(name=path)
    refused(NotFound, access, client, path)
    refused(NotFound, client.delete_secret, name=path)


def self_signed(key):
    """A token that the key itself signs for the service, as google-auth does without a token endpoint."""
    return jwt.Credentials.from_service_account_info(key, audience="https://secretmanager.googleapis.com/")


def exchanged(key):
    """A token that the token endpoint gave for an assertion of the key."""
    credentials = service_account.Credentials.from_service_account_info(key, scopes=SCOPES)
    credentials.refresh(Request())
    return credentials


@scenario
def service_account_key(facts):
    """A service account's key signs its own token, or gets one from the token endpoint, and reads"""
    path = created(secret_manager(facts), facts, "py-key", b"v")
    equal(access(secret_manager(facts, self_signed(key_file(facts))), path).payload.data, b"v")
    equal(access(secret_manager(facts, exchanged(key_file(facts))), path).payload.data, b"v")


@scenario
def key_of_nobody(facts):
    """A key that nobody has is refused at the token endpoint and at the service"""
    unknown = key_file(facts, private_key_id="of-nobody")
    error = refused(RefreshError, exchanged, unknown)
    assert "invalid_grant" in str(error), error
    refused(Unauthorized, access, secret_manager(facts, self_signed(unknown)), "projects/p/secrets/s")


@scenario
def reader(facts):
    """A reader may read and not write"""
    refused(Forbidden, created, secret_manager(facts, exchanged(key_file(facts))), facts, "py-forbidden")


@scenario
def metadata_server(facts):
    """On a machine of Google's, its metadata server gives the token of the machine's account"""
    path = created(secret_manager(facts), facts, "py-machine", b"v")
    os.environ["GCE_METADATA_HOST"] = facts.url.removeprefix("http://")
    # The address is read when the module is loaded.
    importlib.reload(_metadata)
    credentials = compute_engine.Credentials(scopes=SCOPES)
    credentials.refresh(Request())
    equal(credentials.service_account_email, facts.machine_account)
    equal(access(secret_manager(facts, credentials), path).payload.data, b"v")


@scenario
def throttled(facts):
    """Throttling is RESOURCE_EXHAUSTED, and a retry gets past it"""
    client = secret_manager(facts)
    path = "projects/%s/secrets/py-app" % facts.project
    refused(TooManyRequests, access, client, path)
    again = Retry(predicate=lambda error: isinstance(error, TooManyRequests), initial=0.01)
    answer = client.access_secret_version(name=path + "/versions/1", retry=again)
    equal(answer.payload.data, b"one")


serve()
