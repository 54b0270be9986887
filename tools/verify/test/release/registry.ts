import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A registry's response about a package. `npm publish` sends the same with the tarball. */
interface Packument {
  readonly name: string;
  readonly versions: Record<string, object>;
  readonly 'dist-tags': Record<string, string>;
  readonly _attachments: Record<string, { readonly data: string }>;
}

export interface Registry extends AsyncDisposable {
  readonly url: string;
  /** The line of `.npmrc` that permits publishing. As an environment variable a shell would drop it. */
  readonly login: string;
  /** Settings for npm, pnpm and Yarn, and for the programs that they start. */
  readonly env: Record<string, string>;
}

/**
 * An npm registry in memory, on loopback, with the endpoints that package managers need for publishing and installing.
 * It does not forward to another registry: only packages that were published to it can be installed.
 */
export async function startRegistry(): Promise<Registry> {
  const packages = new Map<string, Packument>();
  const tarballs = new Map<string, Buffer>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = (status: number, body: object) =>
      void response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify(body));
    const [, name = '', file] =
      /^\/((?:@[^/]+\/)?[^/]+)(?:\/-\/(.+))?$/.exec(decodeURIComponent(request.url ?? '')) ?? [];
    if (request.method === 'PUT') {
      const sent = (await json(request)) as Packument;
      const known = packages.get(name);
      const again = Object.keys(sent.versions).find((version) => known?.versions[version]);
      if (again !== undefined) return reply(403, { error: `${name} ${again} exists` });
      for (const [key, { data }] of Object.entries(sent._attachments)) {
        tarballs.set(`${name}/${key.split('/').at(-1)}`, Buffer.from(data, 'base64'));
      }
      packages.set(name, {
        ...sent,
        versions: { ...known?.versions, ...sent.versions },
        'dist-tags': { ...known?.['dist-tags'], ...sent['dist-tags'] },
        _attachments: {},
      });
      return reply(201, { ok: true });
    }
    const tarball =
      file === undefined ? undefined : tarballs.get(`${name}/${file.split('/').at(-1)}`);
    if (tarball !== undefined) return void response.end(tarball);
    const packument = packages.get(name);
    if (packument === undefined) return reply(404, { error: `${name} is not here` });
    return reply(200, packument);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = `http://${host}/`;
  return {
    url,
    login: `//${host}/:_authToken=of-this-test\n`,
    env: {
      npm_config_registry: url,
      YARN_REGISTRY: url,
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
