import { join } from "node:path";
import { z } from "zod";
import { contextPath, debianPackageVersion, suite } from "../recipe-words.ts";
import { fromRegistry } from "../../host/registry-error.ts";
import { installedIn, openDebian } from "./debian.ts";
import { defineSource } from "./source.ts";

const schema = z.strictObject({
  suite,
  packages: z.array(debianPackageVersion).min(1),
  to: contextPath,
});

/** Debian packages with what they depend on and the parent image does not have, as .deb files. */
export const apt = defineSource({
  schema,
  lane: "download",
  prepare: (spec, context) =>
    fromRegistry({ registry: "apt", what: spec.packages.join(", ") }, async () => {
      const status = await installedIn(context.parent, context);
      const debian = await openDebian({ suite: spec.suite, status }, context);
      const install = ["install", "--", ...spec.packages];
      const names = await debian.names(["--no-install-recommends", ...install]);
      context.detail(`${String(names.length)} Debian packages for ${spec.packages.join(", ")}`);
      await debian.run(["--no-install-recommends", "--download-only", ...install]);
      return names.map((name) => ({ from: join(debian.archives, name), to: `${spec.to}/${name}` }));
    }),
});
