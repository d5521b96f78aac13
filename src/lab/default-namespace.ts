/** The namespace of a lab where none was named. */
export function defaultNamespace(labId: string): string {
  return `lab-${labId}`;
}
