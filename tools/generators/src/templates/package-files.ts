// The package.json and the other small files of a new package.

/** package.json of a package in the shape that tidy demands. */
export const packageJson = (
  name: string,
  layer: 'domain' | 'protocol',
  dependencies: Readonly<Record<string, string>>,
): string =>
  JSON.stringify({
    name,
    version: '0.1.0',
    private: true,
    license: 'MIT',
    type: 'module',
    exports: {
      '.': {
        '@morrow/source': './src/index.ts',
        types: './dist/index.d.ts',
        default: './dist/index.js',
      },
    },
    scripts: { build: 'tsc -b' },
    nx: { tags: [`layer:${layer}`] },
    dependencies,
  });

export const domainIndex = (title: string, file: string): string =>
  `/** ${title}: its manifest, and nothing else. */
export { manifest } from './${file}.manifest.ts';
`;
