import { describe, expect, it } from "vitest";
import { linesForSuite, parseOrigins } from "../../../../src/images/sources/apt-origins.ts";

const key = "[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]";

const stanzas = `Types: deb deb-src
# a comment
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
`;

describe("parseOrigins", () => {
  it("reads stanzas that are switched on", () => {
    expect(parseOrigins("debian.sources", stanzas)).toEqual([
      { uri: "http://mirror.example/debian", suite: "bookworm" },
      { uri: "http://mirror.example/debian", suite: "bookworm-updates" },
      { uri: "http://mirror.example/debian-security", suite: "bookworm-security" },
    ]);
  });

  it("reads lines, with and without options", () => {
    const text =
      "# deb http://no/debian x main\ndeb-src http://no/debian x main\ndeb [arch=amd64] http://a/debian x main\n";
    expect(parseOrigins("sources.list", text)).toEqual([{ uri: "http://a/debian", suite: "x" }]);
  });

  it("passes over files that apt passes over", () => {
    expect(parseOrigins("debian.list.disabled", "deb http://a/debian x main")).toEqual([]);
  });
});

describe("linesForSuite", () => {
  it("asks for another suite at the addresses of this one", () => {
    expect(linesForSuite(parseOrigins("debian.sources", stanzas), "trixie")).toEqual([
      `deb ${key} http://mirror.example/debian trixie main`,
      `deb ${key} http://mirror.example/debian trixie-updates main`,
      `deb ${key} http://mirror.example/debian-security trixie-security main`,
    ]);
  });

  it("takes a snapshot of Debian for what it is, however old", () => {
    const archive = "http://snapshot.example/archive";
    const text = `deb ${archive}/debian/20261128T000000Z bookworm main
deb ${archive}/debian-security/20261128T000000Z/ bookworm-security main`;
    const old = key.replace("]", " check-valid-until=no]");
    expect(linesForSuite(parseOrigins("sources.list", text), "bookworm")).toEqual([
      `deb ${old} ${archive}/debian/20261128T000000Z bookworm main`,
      `deb ${old} ${archive}/debian-security/20261128T000000Z/ bookworm-security main`,
    ]);
  });

  it("finds nothing of Debian's on Ubuntu", () => {
    expect(linesForSuite([{ uri: "http://archive.ubuntu.com/ubuntu", suite: "jammy" }], "bookworm")).toEqual(
      [],
    );
  });
});
