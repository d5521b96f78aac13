import { expect, it } from "vitest";
import { debianPackages } from "../../../src/images/debian-packages.ts";

const status = `Package: nginx
Status: install ok installed
Source: nginx-source (1.22.1-9)
Architecture: amd64
Version: 1.22.1-9+deb12u3
Description: small, powerful
 Version: of a description
 .

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1

Package: base-files
Status: install ok installed
Architecture: all
Version: 12.4+deb12u12
`;

it("reads what is installed, by name, and nothing that was removed", () => {
  expect(debianPackages(status)).toEqual([
    { name: "base-files", source: "base-files", version: "12.4+deb12u12", architecture: "all" },
    { name: "nginx", source: "nginx-source", version: "1.22.1-9+deb12u3", architecture: "amd64" },
  ]);
});

it("reads nothing in an image without packages", () => {
  expect(debianPackages("")).toEqual([]);
});
