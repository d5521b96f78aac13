/** A self-signed certificate for secure.localhost, not the one of lab ingress. */
export const otherCertificate = `-----BEGIN CERTIFICATE-----
MIIBizCCATGgAwIBAgIUTJd1Zes1ADH6jm1S4iOPBG4Ob/kwCgYIKoZIzj0EAwIw
GzEZMBcGA1UEAwwQc2VjdXJlLmxvY2FsaG9zdDAeFw0yNjExMjIxMjAyMTZaFw0z
NjExMTkxMjAyMTZaMBsxGTAXBgNVBAMMEHNlY3VyZS5sb2NhbGhvc3QwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAAReZjdkrcZXeRN4CdkzEjBnFCEaBejk9DQFbtZO
VHwUIt0xirrgDyPFo9itY0XyVPNRxFcfEPhLj5SQqbi6ygW5o1MwUTAdBgNVHQ4E
FgQU8FIw/P8JUxktQZFQV/RUbx7CO/4wHwYDVR0jBBgwFoAU8FIw/P8JUxktQZFQ
V/RUbx7CO/4wDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEA8+Np
eZg7fCwXFm8bRUbGpHlhYblLVG5pdLFia2OZPTgCIGVmgYqbcrQuh496d3eKd2fa
I+la3HGqi2noy2Rh2N/F
-----END CERTIFICATE-----
`;
