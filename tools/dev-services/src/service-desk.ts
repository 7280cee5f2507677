// Lets the workers of a test run ask its main process for a server, which starts on first demand.
import { createServer, connect } from 'node:net';

export interface ServiceDesk {
  close(): Promise<void>;
}

type Services = Readonly<Record<string, () => Promise<unknown>>>;

/** Each service is started once, on the first question for it; its facts must be plain data. */
export function openDesk(socketPath: string, services: Services): Promise<ServiceDesk> {
  const started = new Map<string, Promise<unknown>>();
  const startOnce = (name: string): Promise<unknown> => {
    const start = Object.hasOwn(services, name) ? services[name] : undefined;
    const facts = started.get(name) ?? start?.() ?? Promise.reject(new Error(`no ${name} here`));
    started.set(name, facts);
    return facts;
  };
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.setEncoding('utf8').once('data', (name: string) => {
      startOnce(name).then(
        (facts) => socket.end(JSON.stringify({ facts })),
        (error: unknown) => socket.end(JSON.stringify({ problem: String(error) })),
      );
    });
  });
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, () =>
      resolve({ close: () => new Promise((done) => server.close(() => done())) }),
    );
  });
}

/** The facts of a service. Rejects when it cannot be started. */
export function askDesk<Facts>(socketPath: string, name: string): Promise<Facts> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(socketPath, () => socket.write(name));
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => (text += part));
    socket.on('error', reject);
    socket.on('end', () => {
      const answer: { facts: Facts } | { problem: string } = JSON.parse(text);
      if ('facts' in answer) resolve(answer.facts);
      else reject(new Error(answer.problem));
    });
  });
}
