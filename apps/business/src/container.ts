/** The one composition root: an inversify container in which every protocol has its binding. */
import { Container } from 'inversify';
import type { ModuleManifest, PortOf, Protocol, ProtocolSpec } from '@morrow/contract';
import type { Engines } from '@morrow/document-keeper';
import { BootFaults } from './boot-faults.ts';

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

/** Refuses requirements that go round in a circle; names the circle. */
export function refuseCycles(manifests: readonly ModuleManifest<Engines>[]): void {
  const needs = new Map(
    manifests.map(({ name, requires }) => [name, requires.map(({ spec }) => spec.domain)]),
  );
  const walk = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) {
      const circle = [...path.slice(path.indexOf(name)), name].join(' → ');
      throw new BootFaults([`The modules require each other in a circle: ${circle}.`]);
    }
    for (const next of needs.get(name) ?? []) walk(next, [...path, name]);
  };
  for (const name of needs.keys()) walk(name, []);
}
