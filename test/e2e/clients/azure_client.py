"""azure-identity and azure-keyvault-secrets, Microsoft's Python SDKs, on the emulator of Key Vault and Entra ID."""

import os

from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.core.pipeline.transport import RequestsTransport
from azure.identity import CertificateCredential, ClientAssertionCredential, ClientSecretCredential, ManagedIdentityCredential
from azure.keyvault.secrets import SecretClient

from scenarios import equal, refused, scenario, serve

SCOPE = "https://vault.azure.net/.default"


class Recorder(RequestsTransport):
    """The real transport, that remembers what went over it."""

    def __init__(self, facts):
        super().__init__(connection_verify=facts.ca_file)
        self.statuses = []
        self.with_token = []

    def send(self, request, **named):
        response = super().send(request, **named)
        self.statuses.append(response.status_code)
        self.with_token.append("Authorization" in request.headers)
        return response


def login(facts):
    """What every credential is given: an authority of our own, and whom to trust."""
    return {"authority": facts.authority, "disable_instance_discovery": True, "connection_verify": facts.ca_file}


def with_secret(facts, secret=None, client_id=None, tenant=None):
    return ClientSecretCredential(
        tenant or facts.tenant_id, client_id or facts.client_id, secret or facts.client_secret, **login(facts)
    )


def vault(facts, credential=None, transport=None, **named):
    # The vault is not at vault.azure.net, which the SDK would insist on.
    return SecretClient(
        facts.vault_url,
        credential or with_secret(facts),
        transport=transport or Recorder(facts),
        verify_challenge_resource=False,
        **named,
    )


@scenario
def versions(facts):
    """A secret has versions, the newest is read unless one is named"""
    secrets = vault(facts)
    first = secrets.set_secret("py-app", "one", content_type="text/plain", tags={"team": "payments"})
    second = secrets.set_secret("py-app", "two ☃")
    assert first.properties.version != second.properties.version
    equal(len(second.properties.version), 32)
    newest = secrets.get_secret("py-app")
    equal((newest.name, newest.value, newest.properties.version), ("py-app", "two ☃", second.properties.version))
    equal(newest.id, "%s/secrets/py-app/%s" % (facts.vault_url, second.properties.version))
    older = secrets.get_secret("py-app", first.properties.version)
    equal((older.value, older.properties.content_type, older.properties.tags), ("one", "text/plain", {"team": "payments"}))
    equal(older.properties.enabled, True)
    assert older.properties.created_on <= newest.properties.created_on
    equal(secrets.set_secret("py-empty", "").value, "")


@scenario
def missing(facts):
    """A secret or version that is not there is SecretNotFound, a version that can be none BadParameter"""
    secrets = vault(facts)
    error = refused(ResourceNotFoundError, secrets.get_secret, "py-absent")
    equal((error.status_code, error.error.code), (404, "SecretNotFound"))
    secrets.set_secret("py-there", "v")
    refused(ResourceNotFoundError, secrets.get_secret, "py-there", "0" * 32)
    error = refused(HttpResponseError, secrets.get_secret, "py-there", "latest")
    equal((error.status_code, error.error.code), (400, "BadParameter"))
    error = refused(HttpResponseError, secrets.set_secret, "under_score", "v")
    equal((error.status_code, error.error.code), (400, "BadParameter"))


@scenario
def challenge(facts):
    """The first request comes without a token and learns where to get one, the next ones bring it"""
    vault(facts).set_secret("py-challenge", "v")
    transport = Recorder(facts)
    # The SDK remembers the challenge of a host for the whole process.
    facts.vault_url = facts.vault_url.replace("localhost", "127.0.0.1")
    secrets = vault(facts, transport=transport)
    for _ in range(3):
        equal(secrets.get_secret("py-challenge").value, "v")
    equal(transport.statuses[0], 401)
    equal(transport.with_token[0], False)
    equal(transport.statuses[1:], [200, 200, 200])
    equal(transport.with_token[1:], [True, True, True])


@scenario
def paging(facts):
    """Lists come in pages of 25, and say nothing of values"""
    secrets = vault(facts)
    for number in range(30):
        secrets.set_secret("py-many", "v%d" % number)
    pages = [list(page) for page in secrets.list_properties_of_secret_versions("py-many").by_page()]
    equal([len(page) for page in pages], [25, 5])
    equal(len({item.version for page in pages for item in page}), 30)
    for number in range(27):
        secrets.set_secret("py-list-%d" % number, "v", tags={"number": str(number)})
    names = [item.name for item in secrets.list_properties_of_secrets()]
    equal(len(names), len(set(names)))
    assert {"py-list-%d" % number for number in range(27)} <= set(names)
    equal([len(list(page)) for page in secrets.list_properties_of_secrets(max_page_size=10).by_page()][0], 10)


@scenario
def listed(facts):
    """A list tells tags, and whether the current version is enabled; what is disabled is in it, what is deleted is not"""
    secrets = vault(facts)
    secrets.set_secret("py-listed", "one", tags={"team": "a"})
    secrets.set_secret("py-listed", "two", tags={"team": "b"}, enabled=False)
    secrets.set_secret("py-unlisted", "v")
    secrets.begin_delete_secret("py-unlisted").wait()
    items = {item.name: item for item in secrets.list_properties_of_secrets()}
    equal((items["py-listed"].tags, items["py-listed"].enabled, items["py-listed"].version), ({"team": "b"}, False, None))
    assert "py-unlisted" not in items
    old, new = sorted(secrets.list_properties_of_secret_versions("py-listed"), key=lambda item: item.enabled, reverse=True)
    equal((old.tags, old.enabled, new.enabled), ({"team": "a"}, True, False))


@scenario
def disabled(facts):
    """A disabled version cannot be read until it is enabled again"""
    secrets = vault(facts)
    secrets.set_secret("py-disabled", "v")
    equal(secrets.update_secret_properties("py-disabled", enabled=False).enabled, False)
    error = refused(HttpResponseError, secrets.get_secret, "py-disabled")
    equal((error.status_code, error.error.code, error.error.innererror["code"]), (403, "Forbidden", "SecretDisabled"))
    secrets.update_secret_properties("py-disabled", enabled=True)
    equal(secrets.get_secret("py-disabled").value, "v")


@scenario
def deletion(facts):
    """A deleted secret is gone and its name taken, until it is recovered or purged"""
    secrets = vault(facts)
    secrets.set_secret("py-deleted", "v")
    deleted = secrets.begin_delete_secret("py-deleted").result()
    equal(deleted.name, "py-deleted")
    assert deleted.scheduled_purge_date > deleted.deleted_date
    refused(ResourceNotFoundError, secrets.get_secret, "py-deleted")
    error = refused(ResourceExistsError, secrets.set_secret, "py-deleted", "new")
    equal(error.error.innererror["code"], "ObjectIsDeletedButRecoverable")
    assert "py-deleted" in [item.name for item in secrets.list_deleted_secrets()]
    secrets.begin_recover_deleted_secret("py-deleted").result()
    equal(secrets.get_secret("py-deleted").value, "v")
    secrets.begin_delete_secret("py-deleted").result()
    secrets.purge_deleted_secret("py-deleted")
    equal(secrets.set_secret("py-deleted", "new").value, "new")


@scenario
def credentials(facts):
    """A wrong client secret, an unknown application and an unknown tenant are refused with Entra ID's codes"""
    for credential, code in (
        (with_secret(facts, secret="wrong"), "AADSTS7000215"),
        (with_secret(facts, client_id=facts.unknown_id), "AADSTS700016"),
        (with_secret(facts, tenant=facts.unknown_id), "AADSTS90002"),
    ):
        error = refused(ClientAuthenticationError, credential.get_token, SCOPE)
        assert code in error.message, error.message


@scenario
def token(facts):
    """A token is good for the vault's scope, and there is none for another"""
    token = with_secret(facts).get_token(SCOPE)
    assert token.token.count(".") == 2
    error = refused(ClientAuthenticationError, with_secret(facts).get_token, "https://management.azure.com/.default")
    assert "AADSTS500011" in error.message, error.message


@scenario
def certificate(facts):
    """A certificate logs in the application that it was registered for, and no other"""
    pem = facts.certificate.encode()

    def login_as(client_id):
        return CertificateCredential(facts.tenant_id, client_id, certificate_data=pem, **login(facts))

    vault(facts).set_secret("py-certificate", "v")
    equal(vault(facts, login_as(facts.certificate_client_id)).get_secret("py-certificate").value, "v")
    error = refused(ClientAuthenticationError, login_as(facts.federated_client_id).get_token, SCOPE)
    assert "AADSTS700027" in error.message, error.message


@scenario
def federation(facts):
    """A service account's token is exchanged for the application's, and nobody else's"""

    def login_by(assertion):
        return ClientAssertionCredential(facts.tenant_id, facts.federated_client_id, lambda: assertion, **login(facts))

    vault(facts).set_secret("py-federation", "v")
    equal(vault(facts, login_by(facts.federated_token)).get_secret("py-federation").value, "v")
    error = refused(ClientAuthenticationError, login_by(facts.token_of_others).get_token, SCOPE)
    assert "AADSTS700213" in error.message, error.message


@scenario
def managed_identity(facts):
    """A machine's own identity, or one that a user assigned to it, reads the vault"""
    vault(facts).set_secret("py-machine", "v")
    for environment in (
        {"IDENTITY_ENDPOINT": facts.machine + "/msi/token", "IDENTITY_HEADER": facts.identity_header},
        {"AZURE_POD_IDENTITY_AUTHORITY_HOST": facts.machine},
    ):
        os.environ.update(environment)
        try:
            for named in ({}, {"client_id": facts.assigned_identity}):
                equal(vault(facts, ManagedIdentityCredential(**named)).get_secret("py-machine").value, "v")
        finally:
            for name in environment:
                del os.environ[name]


@scenario
def stranger(facts):
    """An application without a role on the vault is Forbidden"""
    credential = with_secret(facts, client_id=facts.stranger_client_id, secret=facts.stranger_client_secret)
    error = refused(HttpResponseError, vault(facts, credential).get_secret, "py-app")
    equal((error.status_code, error.error.code, error.error.innererror["code"]), (403, "Forbidden", "ForbiddenByRbac"))


@scenario
def throttled(facts):
    """Throttling says when to come back, and the SDK does"""
    transport = Recorder(facts)
    names = [item.name for item in vault(facts, transport=transport).list_properties_of_secrets(max_page_size=1)]
    assert names
    equal(transport.statuses[:2], [429, 200])


@scenario
def revoked(facts):
    """A token that is no longer good is answered with the challenge, and refused if there is no better one"""
    error = refused(HttpResponseError, vault(facts, Stale(facts.revoked_token)).get_secret, "py-app")
    equal(error.status_code, 401)


class Stale:
    """A credential that has only the one token."""

    def __init__(self, token):
        self.token = token

    def get_token(self, *_scopes, **_named):
        from azure.core.credentials import AccessToken

        return AccessToken(self.token, 4102444800)


serve()
