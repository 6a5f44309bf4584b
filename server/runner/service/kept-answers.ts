/** The latest answers to questions that are asked again and again. A failure is not kept. */
export class KeptAnswers<T> {
  readonly #answers = new Map<string, T>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** The kept answer to an equal question (by its JSON), else a new one. */
  async get(question: unknown, ask: () => Promise<T>): Promise<T> {
    const key = JSON.stringify(question);
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = await ask();
    if (this.#answers.size >= this.#most) this.#answers.delete([...this.#answers.keys()][0] ?? '');
    this.#answers.set(key, answer);
    return answer;
  }
}
