import { expect, it } from 'vitest';
import { SignInAttempts } from './sign-in-attempts.ts';

const MINUTE = 60_000;
const guess = (attempts: SignInAttempts, address: string, now: number) => () => {
  attempts.begin(address, now);
};

it('takes ten guesses in a quarter of an hour, for each address, answered or not yet', () => {
  const attempts = new SignInAttempts();
  for (let count = 0; count < 10; count += 1)
    expect(guess(attempts, 'a@x.test', count * MINUTE)).not.toThrow();
  expect(guess(attempts, 'a@x.test', 10 * MINUTE)).toThrow(
    expect.objectContaining({ code: 'too-many-attempts' }),
  );
  expect(guess(attempts, 'b@x.test', 10 * MINUTE)).not.toThrow();
  // The first guess is a quarter of an hour old now.
  expect(guess(attempts, 'a@x.test', 15 * MINUTE)).not.toThrow();
});

it('starts anew after a success', () => {
  const attempts = new SignInAttempts();
  for (let count = 0; count < 10; count += 1) attempts.begin('a@x.test', 0);
  attempts.succeeded('a@x.test');
  expect(guess(attempts, 'a@x.test', 1)).not.toThrow();
});

it('does not count what the database never answered', () => {
  const attempts = new SignInAttempts();
  for (let count = 0; count < 30; count += 1) {
    attempts.begin('a@x.test', count);
    attempts.unanswered('a@x.test', count);
  }
  for (let count = 0; count < 10; count += 1) attempts.begin('a@x.test', 30);
  attempts.unanswered('b@x.test', 30);
  expect(guess(attempts, 'a@x.test', 31)).toThrow();
});

it('forgets the oldest addresses, not the newest', () => {
  const attempts = new SignInAttempts();
  for (let count = 0; count < 10; count += 1) attempts.begin('target@x.test', 0);
  for (let count = 0; count < 9_999; count += 1) attempts.begin(`${count}@x.test`, 0);
  expect(guess(attempts, 'target@x.test', 1)).toThrow();
  attempts.begin('one-more@x.test', 0);
  expect(guess(attempts, 'target@x.test', 1)).not.toThrow();
});
