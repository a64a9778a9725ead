/** What a file is by its first bytes and by its name. */

/** Formats the house knows; only `delimited` is read by this version. */
export type FileFormat =
  | 'delimited'
  | 'sas7bdat'
  | 'xpt'
  | 'sav'
  | 'dta'
  | 'xlsx'
  | 'xls'
  | 'zip'
  | '7z'
  | 'gzip'
  | 'parquet'
  | 'arrow'
  | 'pdf'
  | 'sqlite';

const byExtension: Readonly<Record<string, FileFormat>> = {
  csv: 'delimited',
  sdv: 'delimited',
  tsv: 'delimited',
  txt: 'delimited',
  dat: 'delimited',
  sas7bdat: 'sas7bdat',
  xpt: 'xpt',
  sav: 'sav',
  zsav: 'sav',
  dta: 'dta',
  xlsx: 'xlsx',
  xls: 'xls',
  zip: 'zip',
  '7z': '7z',
  gz: 'gzip',
  parquet: 'parquet',
  arrow: 'arrow',
  feather: 'arrow',
};

const sasMagic = '00'.repeat(12) + 'c2ea8160b31411cfbd92080009c7318c181f1011';

const magics: readonly (readonly [FileFormat, string])[] = [
  ['sas7bdat', sasMagic],
  ['zip', '504b0304'],
  ['zip', '504b0506'],
  ['7z', '377abcaf271c'],
  ['gzip', '1f8b08'],
  ['xls', 'd0cf11e0a1b11ae1'],
  ['sav', '24464c32'],
  ['sav', '24464c33'],
  ['dta', '3c73746174615f6474613e'],
  ['dta', '710101'],
  ['dta', '710201'],
  ['dta', '720101'],
  ['dta', '720201'],
  ['dta', '730101'],
  ['dta', '730201'],
  ['parquet', '50415231'],
  ['arrow', '4152524f5731'],
  ['pdf', '255044462d'],
  ['sqlite', '53514c69746520666f726d6174203300'],
  ['xpt', '484541444552205245434f52442a2a2a2a2a2a2a'],
];

/** The format that the name's extension promises; null without an extension, undefined for one nobody expects. */
export function formatOfName(fileName: string): FileFormat | null | undefined {
  const dot = fileName.lastIndexOf('.');
  if (dot < 0 || dot === fileName.length - 1) return null;
  return byExtension[fileName.slice(dot + 1).toLowerCase()];
}

/** The format that the first bytes show; undefined when they may be text. */
export function formatOfBytes(head: Uint8Array): FileFormat | undefined {
  const hex = Array.from(head.subarray(0, 32), (b) => b.toString(16).padStart(2, '0')).join('');
  const found = magics.find(([, magic]) => hex.startsWith(magic))?.[0];
  if (found === 'zip' && isWorkbook(head)) return 'xlsx';
  return found;
}

/** A zip that names a workbook's parts among its first entries. */
function isWorkbook(head: Uint8Array): boolean {
  let names = '';
  for (const b of head.subarray(0, 4096)) names += String.fromCharCode(b);
  return names.includes('[Content_Types].xml') || names.includes('xl/');
}

/** UTF-16 or UTF-32, by byte order mark or by every other byte of the first ones being NUL. */
export function looksLikeUtf16(head: Uint8Array): boolean {
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) return true;
  const seen = Math.min(head.length, 512) & ~1;
  if (seen < 4) return false;
  let even = 0;
  let odd = 0;
  for (let at = 0; at < seen; at += 2) {
    if (head[at] === 0) even += 1;
    if (head[at + 1] === 0) odd += 1;
  }
  const half = seen / 2;
  return (even > half * 0.7 && odd < half * 0.1) || (odd > half * 0.7 && even < half * 0.1);
}

/** True when the bytes begin with UTF-8's byte order mark. */
export function hasUtf8Bom(head: Uint8Array): boolean {
  return head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;
}
