/** Who may send and hear what on NATS follows from the manifests and the placement. */
import { callSubject, queueOf } from '@morrow/adapter-nats';
import { brokerPermissions, inboxPrefixOf } from '@morrow/business/parts/broker-permissions';
import { loadManifests, presentIn } from '@morrow/business/parts/module-catalog';
import { readPlacement } from '@morrow/business/parts/settings';
import { Companies } from '@morrow/protocol-companies';
import { Ledger } from '@morrow/protocol-ledger';
import { describe, expect, it } from 'vitest';

const companies = Companies;
const ledger = Ledger;
const placement = readPlacement('enterprise');
const modules = placement.processes.flatMap((each) => each.modules);
const facts = { manifests: await loadManifests(modules, placement), present: presentIn(placement) };
const of = (name: string) => {
  const found = placement.processes.find((each) => each.name === name);
  if (!found) throw new Error(`There is no process ${name}.`);
  return brokerPermissions(found, facts);
};
const ending = (end: string) => (subject: string) => subject.split(' ')[0]?.endsWith(end);

describe('the permissions of a process', () => {
  it('are what its domain requires, hears and offers, and nothing else', () => {
    expect(of('finance')).toEqual({
      publish: [
        callSubject('*', companies),
        '*.finance.events',
        '*.masters-keeping.v1.about',
        '*.masters-keeping.v1.eventsSince',
        '*.orders-keeping.v1.eventsSince',
        '_INBOX_finance.*.ping',
      ],
      subscribe: [
        '*.finance-keeping.v1.* finance.v1',
        `${callSubject('*', ledger)} ${queueOf(ledger)}`,
        '*.masters.events',
        '*.orders.events',
        '_INBOX_finance.>',
      ],
    });
  });

  it('let the owner of a domain alone publish its events and answer its calls', () => {
    for (const { name, modules: hosted } of placement.processes) {
      const { publish, subscribe } = of(name);
      const events = hosted.map((domain) => `*.${domain}.events`).toSorted();
      expect(publish.filter(ending('.events'))).toEqual(events);
      const queues = subscribe.flatMap((subject) => subject.split(' ').slice(1));
      expect(new Set(queues.map((queue) => queue.replace(/\.v\d+$/, '')))).toEqual(new Set(hosted));
    }
  });

  it('let nobody hear calls out of the queue group, or the inbox of another', () => {
    for (const { name, modules: hosted } of placement.processes)
      for (const subject of of(name).subscribe) {
        const isInbox = subject === `${inboxPrefixOf(hosted)}.>`;
        const isEvents = /^\*\.[\w-]+\.events$/.test(subject);
        const isQueue = /^\*\.[\w-]+\.v\d+\.\* [\w-]+\.v\d+$/.test(subject);
        expect([subject, isInbox || isEvents || isQueue]).toEqual([subject, true]);
      }
  });

  it('let the gateway call all that HTTP serves, and workflows hear every domain', () => {
    const { publish, subscribe } = of('gateway');
    for (const { provides, name } of facts.manifests) {
      if (['masters', 'workflows'].includes(name)) continue;
      for (const protocol of provides) expect(publish).toContain(callSubject('*', protocol));
      expect(publish).toContain(`*.${name}-keeping.v1.*`);
      expect(subscribe).toContain(`*.${name}.events`);
    }
  });
});
