/** Where the API has what belongs to a project. */
export function projectApi(project: string): string {
  return `/api/v1/projects/${encodeURIComponent(project)}`;
}
