import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { mustRun } from '@rsync-io/kit/run';
import { ROOT } from '@rsync-io/kit/workspace';
import { Project } from './project.ts';

/** A project with the packages as they are built now: installed from tarballs, without a network. */
export async function projectWithTarballs(scratch: string, manifest?: object): Promise<Project> {
  const tarballs = path.join(scratch, 'tarballs');
  mkdirSync(tarballs);
  const folders = readdirSync(path.join(ROOT, 'packages')).map((name) => `./packages/${name}`);
  await mustRun(['npm', 'pack', '--silent', '--pack-destination', tarballs, ...folders], {
    cwd: ROOT,
  });
  const project = new Project(scratch, 'project', { npm_config_offline: 'true' }, manifest);
  const files = readdirSync(tarballs).map((file) => path.join(tarballs, file));
  await project.manage('npm', 'install', '--no-audit', '--omit=optional', ...files);
  for (const name of ['koffi', '@koromix']) {
    const link = path.join(project.folder, 'node_modules', name);
    symlinkSync(path.join(ROOT, 'node_modules', name), link);
  }
  return project;
}
