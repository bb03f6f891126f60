/** Whether one of these answers passes `test`, as soon as the first does; false once none has. They never reject. */
export const anyAnswer = <T>(answers: readonly Promise<T>[], test: (answer: T) => boolean): Promise<boolean> =>
  Promise.any(
    answers.map(async answer => {
      if (!test(await answer)) throw new Error('not this one');
      return true;
    }),
  ).catch(() => false);
