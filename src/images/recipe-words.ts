/**
 * The words of a recipe. Each becomes an argument of another program, a path, a part of an address or a line of apt's
 * lists, so each is held to what such a word is made of: none begins with a dash, leads out of a folder or is two words.
 */
import { z } from "zod";

/** @param like what to write instead: `a suite of Debian, like bookworm` */
function word(pattern: RegExp, like: string): z.ZodString {
  return z.string().regex(pattern, like);
}

const fileName = "[A-Za-z0-9_][A-Za-z0-9_.-]*";
const path = `${fileName}(?:/${fileName})*`;

export const summary = word(/^\P{C}+$/u, "one line of text");

/** A folder of images/. */
export const recipeName = word(
  /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/,
  "the name of a folder of images/, like debian-12",
);

const imagePath = "[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*";
const imageTag = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
const registry = "(?:localhost|[a-z0-9-]+(?:\\.[a-z0-9-]+)+)(?::\\d+)?";

export const repository = word(
  new RegExp(`^${imagePath}:${imageTag}$`),
  "an image's place in the lab registry, without its host, like nginx:1.22.1",
);

/** With its registry: without one it may be an image of the user's own. */
export const imageReference = word(
  new RegExp(`^${registry}/${imagePath}:${imageTag}(?:@sha256:[0-9a-f]{64})?$`),
  "an image with registry and tag, like registry.k8s.io/pause:3.10.2",
);

/** In the build context. */
export const contextPath = word(
  new RegExp(`^${path}$`),
  "a path below the build context, like bin or files/bin",
);

export const ownFile = word(new RegExp(`^${fileName}$`), "a file beside image.yaml, like requirements.txt");

export const suite = word(/^[a-z]+$/, "a suite of Debian, like bookworm");

// https://www.debian.org/doc/debian-policy/ch-controlfields.html; a dash at the end would have apt remove it.
const packageName = "[a-z0-9][a-z0-9+.-]*[a-z0-9+]";

export const debianPackage = word(
  new RegExp(`^${packageName}$`),
  "a package of Debian, like ca-certificates",
);

/** A `*` stands for what Debian counts by itself. */
export const debianPackageVersion = word(
  new RegExp(`^${packageName}(?:=(?:\\d+:)?[A-Za-z0-9][A-Za-z0-9.+~*-]*)?$`),
  "a package of Debian, with a version or without, like curl or nginx=1.22.1-*",
);

export const pythonVersion = word(/^3\.\d+$/, "a version like 3.11");

/** Of the recipe's own folder or beside it: nothing out of images/. */
export const goModule = word(
  new RegExp(`^(?:\\.|(?:\\.{1,2}/)?${path})$`),
  "a folder of images/ with a go.mod, like . or ../kubernetes",
);

/** `main.go` would be a file, `all` and `cmd` very many packages, `…/...` all below. */
export const goPackage = word(
  new RegExp(`^(?!.*\\.go$)(?:\\.|\\./${path}|${fileName}(?:/[A-Za-z0-9_][A-Za-z0-9_.~-]*)+)$`),
  "a package like ., ./cmd/kube or k8s.io/kubectl/cmd",
);

export const programName = word(new RegExp(`^${fileName}$`), "a program's name, like kube");

export const goTag = word(/^[A-Za-z0-9_][A-Za-z0-9_.]*$/, "a build tag like no_btrfs");

const setVariable = "-X [A-Za-z0-9_][A-Za-z0-9_./~-]*=[A-Za-z0-9_.+:/~-]*";

/** The linker would start other programs, too: `-extld`. */
export const goLinkerFlags = word(
  new RegExp(`^(?:${setVariable}(?: ${setVariable})*)?$`),
  "variables to set and no other flags, like -X example.com/version.Version=1.2.3",
);
