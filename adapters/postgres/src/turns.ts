/** Lets so many work at once, and the others wait for their turn in order. */
export class Turns {
  #free: number;
  readonly #waiting: { readonly many: number; readonly begin: () => void }[] = [];

  /** `max`: turns that are taken at once at most. */
  constructor(max: number) {
    this.#free = max;
  }

  /** Takes so many turns, all together; gives how to give them back. */
  async take(many: number): Promise<() => void> {
    await new Promise<void>((begin) => {
      this.#waiting.push({ many, begin });
      this.#next();
    });
    return this.#back(many);
  }
  /** The same without waiting; undefined where there are not so many. */
  tryTake(many: number): (() => void) | undefined {
    if (this.#waiting.length || many > this.#free) return undefined;
    this.#free -= many;
    return this.#back(many);
  }
  #back(many: number): () => void {
    let isBack = false;
    return () => {
      if (isBack) return;
      isBack = true;
      this.#free += many;
      this.#next();
    };
  }
  async run<T>(many: number, work: () => Promise<T>): Promise<T> {
    const back = await this.take(many);
    try {
      return await work();
    } finally {
      back();
    }
  }

  #next(): void {
    for (;;) {
      const [first] = this.#waiting;
      if (!first || first.many > this.#free) return;
      this.#waiting.shift();
      this.#free -= first.many;
      first.begin();
    }
  }
}
