"""The webhook's certificate and the authority behind it. Pure but for the keys, which `cryptography` draws.

Authority and certificate are renewed together, at two thirds of their life. The bundle that the API server trusts holds the
authority of before as well, so that a replica which still serves the old certificate is believed meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFE: Final = timedelta(days=90)
EARLIER: Final = timedelta(minutes=5)
"""How far the clocks of the API server and the operator may differ."""


@dataclass(frozen=True)
class Material:
    """PEM each. `authorities`: the one that signed `certificate` first, then the one of before, if it still counts."""

    authorities: str
    certificate: str
    private_key: str


def draw(host: str, now: datetime, before: Material | None = None) -> Material:
    """A new authority and a certificate of it for `host` (and its form with the cluster's domain)."""
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "testgen-operator webhook")])
    authority = (
        _builder(issuer, issuer, authority_key, now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    names = [x509.DNSName(one) for one in (host, f"{host}.cluster.local")]
    certificate = (
        _builder(x509.Name([]), issuer, key, now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    kept = [one for one in _certificates(before.authorities if before else "") if one.not_valid_after_utc > now][:1]
    return Material(
        authorities="".join(_pem(one) for one in (authority, *kept)),
        certificate=_pem(certificate),
        private_key=key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
    )


def renew_at(material: Material) -> datetime | None:
    """When to draw anew: at two thirds of the certificate's life; None when it cannot be read, which is at once."""
    found = _certificates(material.certificate)
    if not found or not _certificates(material.authorities):
        return None
    begins, ends = found[0].not_valid_before_utc, found[0].not_valid_after_utc
    return begins + (ends - begins) * 2 / 3


def fits(material: Material) -> bool:
    """Whether the key is the certificate's and the first authority signed it: only then can it be served, and is it believed."""
    found, authorities = _certificates(material.certificate), _certificates(material.authorities)
    if not found or not authorities:
        return False
    try:
        key = serialization.load_pem_private_key(material.private_key.encode(), None)
        found[0].verify_directly_issued_by(authorities[0])
    except (ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature):
        return False
    return _public(key.public_key()) == _public(found[0].public_key())


def is_for(material: Material, host: str) -> bool:
    """Whether the certificate names `host`."""
    found = _certificates(material.certificate)
    if not found:
        return False
    try:
        names = found[0].extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    return host in names.get_values_for_type(x509.DNSName)


def _public(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + LIFE)
    )


def _usage(*, sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign,
        key_cert_sign=sign,
        crl_sign=sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _certificates(pem: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem.encode())
    except ValueError:
        return []
