/** What a peer's process is asked by the benchmark that started it. */
export type Question = { ask: 'documents' } | { ask: 'store'; room: string; updates: Uint8Array[] };

/** Answers the benchmark; ends with it. */
export function serveBenchmark(
  port: number,
  answers: { documents(): number; store(room: string, updates: Uint8Array[]): Promise<void> },
): void {
  const send = (answer: object): void => void process.send!(answer);
  process.on('disconnect', () => process.exit(0));
  process.on('message', (question: Question) => {
    if (question.ask === 'documents') return send({ documents: answers.documents() });
    void answers.store(question.room, question.updates).then(() => send({ stored: true }));
  });
  send({ port });
}
