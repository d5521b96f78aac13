/** The local name of a recipe's image, and what a Dockerfile's FROM and a container's spec call it. */
export function localTag(name: string): string {
  return `labctl/${name}:latest`;
}

/** The label that says from which recipe an image was built. */
export const recipeLabel = "labctl.dev/recipe";

/** The label with the day of Debian that an image stands on: no package in it is older than Debian was then. */
export const debianLabel = "labctl.dev/debian";

/** The label that a Dockerfile gives to a stage of its build that is of no use afterwards. */
export const stageLabel = "labctl.dev/stage";
