"""What to do about the reasons that stores give. Words only; `runbooks` has the others and the shape."""

from __future__ import annotations

from typing import Final

from testgen_operator.status.reasons import Reason

AGAIN: Final = (
    "By itself: the check goes on trying, with pauses of up to five minutes; a changed spec or Secret is checked at once."
)
_LABELS: Final = "testgen.dev/project=PROJECT,app.kubernetes.io/component"
LOGS: Final = (
    "Read what the check says: `kubectl -n NAMESPACE logs -l testgen.dev/project=PROJECT,app.kubernetes.io/component=probe`."
)

Words = tuple[tuple[str, ...], tuple[str, ...], str]

RUNBOOKS: Final[dict[Reason, Words]] = {
    Reason.FOREIGN_OBJECT: (
        (
            "An object of a name that the project needs was made by somebody else.",
            "Another project's name leads to the same names.",
        ),
        (
            "Look whose it is: the message names it; its labels and owner tell.",
            "If nobody needs it, delete it. If somebody does, give the project another name.",
            "If it is a password that was put back from a backup, it needs the same keys as before (`password`, or `api-key`).",
        ),
        "By itself, within a minute. Nothing of that object has been changed.",
    ),
    Reason.CLOUD_NATIVE_PG_MISSING: (
        ("CloudNativePG is not installed in this cluster.", "It is, with an API version other than postgresql.cnpg.io/v1."),
        ("Install CloudNativePG, or make the project anew with stores.postgres.type: BuiltIn or External.",),
        "By itself, within some minutes after its CRD is there.",
    ),
    Reason.DNS_FAILED: (
        ("A typing error in the host.", "A name of another network that the cluster's DNS does not know."),
        (LOGS, "Resolve the name from a pod; correct it in the spec, or add it to the cluster's DNS."),
        AGAIN,
    ),
    Reason.CONNECTION_REFUSED: (
        ("The server is down.", "A wrong port.", "The server listens on its loopback address alone."),
        (LOGS, "Start the server or correct the port; let it listen on the address that the spec names."),
        AGAIN,
    ),
    Reason.TIMEOUT: (
        ("A firewall drops what comes from the cluster.", "A NetworkPolicy does.", "The host is down."),
        (
            LOGS,
            "Let the nodes' addresses (or the cluster's egress gateway) reach the port.",
            "Check NetworkPolicies of both ends.",
        ),
        AGAIN,
    ),
    Reason.AUTHENTICATION_FAILED: (
        (
            "The password in the Secret is an old one, or has a line break inside.",
            "A wrong user.",
            "pg_hba.conf admits no such client.",
        ),
        (LOGS, "Write the right value into the Secret that the spec names; nothing is to be restarted."),
        AGAIN,
    ),
    Reason.CERTIFICATE_INVALID: (
        ("The certificate is of a private authority and caSecretRef is unset.", "It is for another host name, or has expired."),
        (
            LOGS,
            "Put the authority's certificate (PEM) into a Secret and name it in caSecretRef.",
            "Use the host that the certificate names.",
        ),
        AGAIN,
    ),
    Reason.DATABASE_MISSING: (
        ("The database was not created.", "A typing error in its name."),
        ("Create it: `CREATE DATABASE testgen OWNER testgen`, in the words of the spec.",),
        AGAIN,
    ),
    Reason.VERSION_TOO_OLD: (
        ("The server is older than the runtime can use.",),
        ("Upgrade the server, or name another one. docs/STORES.md has the versions.",),
        AGAIN,
    ),
    Reason.PERMISSION_DENIED: (
        ("The user does not own the database, or may not create in its schema.", "The key is read-only."),
        ("Give the user the rights that docs/STORES.md lists.",),
        AGAIN,
    ),
    Reason.STORE_CHECK_FAILED: (
        ("The server answers with something that the check does not know.", "The check itself fails."),
        (LOGS, "If the last words are no fault of the server, report them: `kubectl testgen report PROJECT`."),
        AGAIN,
    ),
    Reason.ROTATION_FAILED: (
        (
            "The password in the Secret is not the one of the store: somebody changed it in one of the two.",
            "The store is not in reach of the Job.",
        ),
        (
            f"Read what the Job says: `kubectl -n NAMESPACE logs -l {_LABELS}=credentials`.",
            "If both are refused, set the password inside the store to the one in the Secret (docs/STORES.md, Rotation).",
        ),
        "By itself: the Job goes on trying. Until then the old password stays in the Secret and stays valid.",
    ),
}
