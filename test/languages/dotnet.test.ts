import * as fs from 'node:fs';
import * as path from 'node:path';
import { jsiiPackage } from './support/package';
import { scratch } from './support/scratch';
import { testWith } from './support/toolchain';

const directory = scratch('dotnet');

test('the package for .NET is written, with a project and the classes of the library', async () => {
  await jsiiPackage('dotnet', directory, ['--code-only']);
  const written = path.join(directory, 'dotnet', 'CdkIvsManagedStreamKey');
  expect(fs.readdirSync(written)).toContain('CdkIvsManagedStreamKey.csproj');
  expect(fs.readdirSync(path.join(written, 'CdkIvsManagedStreamKey'))).toEqual(expect.arrayContaining(['ManagedStreamKey.cs', 'Channel.cs', 'WhileLive.cs']));
});

testWith('.NET', ['dotnet', '--version'])('the package for .NET compiles', async () => {
  await jsiiPackage('dotnet', path.join(directory, 'built'));
  expect(fs.readdirSync(path.join(directory, 'built', 'dotnet')).filter((file) => file.endsWith('.nupkg'))).toHaveLength(1);
});
