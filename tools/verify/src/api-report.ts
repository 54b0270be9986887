import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Extractor, ExtractorConfig, type ExtractorMessage } from '@microsoft/api-extractor';

/** An entry point of a package, and the declarations that its `exports` name. */
export interface EntryPoint {
  /** The name of its report, for example `aux-channel.backend`. */
  name: string;
  folder: string;
  types: string;
}

/** The entry points of a package. Those with the same declarations count as one. */
export function entryPoints(folder: string): EntryPoint[] {
  const { exports } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
    exports: Record<string, { types?: string } | string>;
  };
  const found = new Map<string, EntryPoint>();
  for (const [subpath, target] of Object.entries(exports)) {
    const types = typeof target === 'string' ? undefined : target.types;
    if (types === undefined || found.has(types)) continue;
    const name = [path.basename(folder), ...subpath.split('/').slice(1)].join('.');
    found.set(types, { name, folder, types: path.join(folder, types) });
  }
  return [...found.values()];
}

/** Describes the public API of an entry point, and lists the symbols and members without documentation. */
export function apiReport({ name, folder, types }: EntryPoint) {
  const temporary = mkdtempSync(path.join(tmpdir(), 'rsync-io-api-'));
  const undocumented: string[] = [];
  const messageCallback = (message: ExtractorMessage) => {
    message.handled = true;
    const name = /"(.+)"/.exec(message.text)?.[1];
    if (message.messageId === 'ae-undocumented' && name) undocumented.push(name);
  };
  try {
    const file = `${name}.api.md`;
    const config = ExtractorConfig.prepare({
      packageJsonFullPath: path.join(folder, 'package.json'),
      configObjectFullPath: undefined,
      configObject: {
        projectFolder: folder,
        mainEntryPointFilePath: types,
        compiler: { tsconfigFilePath: path.join(folder, 'tsconfig.json') },
        apiReport: {
          enabled: true,
          reportFileName: file,
          reportFolder: temporary,
          reportTempFolder: temporary,
        },
        docModel: { enabled: false },
        tsdocMetadata: { enabled: false },
        newlineKind: 'lf',
      },
    });
    Extractor.invoke(config, { localBuild: true, messageCallback });
    return { text: readFileSync(path.join(temporary, file), 'utf8'), undocumented };
  } finally {
    rmSync(temporary, { recursive: true });
  }
}
