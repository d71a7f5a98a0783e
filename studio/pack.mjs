// Lays out what the server carries: studio/ (Elsa Studio, untouched, compressed as it was shipped) and pages/<hash>/ (ours).
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const [scripts, stage] = process.argv.slice(2);
const shipped = 'node_modules/@elsa-workflows/elsa-studio-wasm';
const fonts = 'node_modules/@fontsource/roboto';

// Source maps, gzip copies, other languages, pictures of pages that this build does not have, the demo page.
const dropped = [
  /\.map(\.br)?$/, /\.gz$/, /\.scss$/, /^_framework\/[A-Za-z]{2,3}(-[A-Za-z]+)*\//, /\/img\/login_background_/, /\/android-chrome-/, /\/nls\.messages\.[a-z-]+\.js(\.br)?$/,
  /^index\.html$/, /^package\.json$/,
];

function files(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

function put(path, bytes) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

for (const file of files(shipped)) {
  if (dropped.some(pattern => pattern.test(file))) continue;
  // One copy of each: the compressed one when there is one.
  if (existsSync(join(shipped, file + '.br'))) continue;
  mkdirSync(dirname(join(stage, 'studio', file)), { recursive: true });
  cpSync(join(shipped, file), join(stage, 'studio', file));
}

const ours = new Map();
for (const file of files(scripts)) ours.set(file, readFileSync(join(scripts, file)));
for (const file of files('pages').filter(file => file.endsWith('.css'))) ours.set(file, readFileSync(join('pages', file)));
for (const set of ['latin', 'latin-ext'])
  for (const weight of [400, 500, 700]) ours.set(`fonts/roboto-${set}-${weight}.woff2`, readFileSync(join(fonts, 'files', `roboto-${set}-${weight}-normal.woff2`)));
ours.set('fonts/LICENSE', readFileSync(join(fonts, 'LICENSE')));

// The folder's name changes with any byte in it, so that a browser may keep the files for ever.
const hash = createHash('sha256');
for (const [name, bytes] of ours) hash.update(name).update('\0').update(bytes);
const folder = join(stage, 'pages', hash.digest('hex').slice(0, 16));
for (const [name, bytes] of ours) {
  if (name.endsWith('.woff2')) put(join(folder, name), bytes);
  else put(join(folder, name + '.br'), brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }));
}
