/** The one composition root: an inversify container in which every protocol has its binding. */
import { Container } from 'inversify';
import type { ModuleManifest, PortOf, Protocol, ProtocolSpec } from '@morrow/contract';
import type { Engines } from '@morrow/document-keeper';

/** Ports by protocol. What is asked for before it is bound resolves at its first call. */
export class Composition {
  readonly #container = new Container();

  bind(protocol: Protocol, port: PortOf<ProtocolSpec>): void {
    this.#container.bind<PortOf<ProtocolSpec>>(protocol.token).toConstantValue(port);
  }
  has(protocol: Protocol): boolean {
    return this.#container.isBound(protocol.token);
  }
  /** The port of a protocol, wherever it lives. */
  port<S extends ProtocolSpec>(protocol: Protocol<S>): PortOf<S> {
    type Method = (...args: readonly unknown[]) => Promise<unknown>;
    const { token, spec } = protocol;
    let resolved: Record<string, Method> | undefined;
    const methods = Object.keys(spec.operations).map((name): [string, Method] => [
      name,
      async (...args) => {
        resolved ??= this.#container.get<Record<string, Method>>(token);
        const method = resolved[name];
        if (!method) throw new TypeError(`${spec.name} has no operation ${name}`);
        return method(...args);
      },
    ]);
    return Object.freeze(Object.fromEntries(methods)) as unknown as PortOf<S>;
  }
}

/** A sentence for the first circle in which modules require each other; none where
 * there is none. */
export function circlesAmong(manifests: readonly ModuleManifest<Engines>[]): readonly string[] {
  const needs = new Map(
    manifests.map(({ name, requires }) => [name, requires.map(({ spec }) => spec.domain)]),
  );
  const walk = (name: string, path: readonly string[]): string | undefined => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name].join(' → ');
    for (const next of needs.get(name) ?? []) {
      const circle = walk(next, [...path, name]);
      if (circle) return circle;
    }
    return undefined;
  };
  for (const name of needs.keys()) {
    const circle = walk(name, []);
    if (circle) return [`The modules require each other in a circle: ${circle}.`];
  }
  return [];
}
