/** A folder is named by its day and its title; people know it by the title. */
export function deliveryTitle(folder: string): string {
  const words = folder.replace(/^\d{4}-\d{2}-\d{2}_/, '').replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
