import { expect, it } from 'vitest';
import { allDefinitions } from '#lib/nodes/catalogue.ts';
import { isKnownIcon } from './node-icon.tsx';

it.each(allDefinitions().map(({ type, icon }) => [type, icon]))('shows the icon of %s: %s', (_type, icon) => {
  expect(isKnownIcon(icon), 'add it to the list in node-icons.ts').toBe(true);
});
