import { expect, it } from 'vitest';
import { SignInAttempts } from './sign-in-attempts.ts';

const MINUTE = 60_000;
const check = (attempts: SignInAttempts, address: string, now: number) => () => {
  attempts.check(address, now);
};

it('takes ten guesses in a quarter of an hour, for each address', () => {
  const attempts = new SignInAttempts();
  for (let count = 0; count < 10; count += 1) {
    expect(check(attempts, 'a@x.test', count * MINUTE)).not.toThrow();
    attempts.failed('a@x.test', count * MINUTE);
  }
  expect(check(attempts, 'a@x.test', 10 * MINUTE)).toThrow(
    expect.objectContaining({ code: 'too-many-attempts' }),
  );
  expect(check(attempts, 'b@x.test', 10 * MINUTE)).not.toThrow();
  // The first guess is a quarter of an hour old now.
  expect(check(attempts, 'a@x.test', 15 * MINUTE)).not.toThrow();
});

it('starts anew after a success', () => {
  const attempts = new SignInAttempts();
  for (let count = 0; count < 10; count += 1) attempts.failed('a@x.test', 0);
  attempts.succeeded('a@x.test');
  expect(check(attempts, 'a@x.test', 1)).not.toThrow();
});

it('forgets the oldest addresses, not the newest', () => {
  const attempts = new SignInAttempts();
  for (let count = 0; count < 10; count += 1) attempts.failed('target@x.test', 0);
  for (let count = 0; count < 9_999; count += 1) attempts.failed(`${count}@x.test`, 0);
  expect(check(attempts, 'target@x.test', 1)).toThrow();
  attempts.failed('one-more@x.test', 0);
  expect(check(attempts, 'target@x.test', 1)).not.toThrow();
});
