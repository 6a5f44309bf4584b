import type { Metadata } from 'next';
import { SignInForm } from '#components/settings/sign-in-form.tsx';

export const metadata: Metadata = { title: 'Sign in' };

export default function Route() {
  return <SignInForm />;
}
