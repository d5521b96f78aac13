import { join } from "node:path";
import { z } from "zod";
import { contextPath, recipeName } from "../recipe-words.ts";
import { defineSource } from "./source.ts";

const schema = z.strictObject({
  names: z.array(recipeName).min(1),
  to: contextPath,
});

/** Other images in one `docker save` archive, `<to>/images.tar`, under the tags that their recipes give them. */
export const images = defineSource({
  schema,
  lane: "download",
  needs: (spec) => spec.names,
  async prepare(spec, context) {
    const references = spec.names.flatMap(context.tagsOf);
    const from = join(context.scratch, "images.tar");
    context.detail(`save ${references.join(", ")}`);
    await context.docker.save(references, from);
    return [{ from, to: `${spec.to}/images.tar` }];
  },
});
