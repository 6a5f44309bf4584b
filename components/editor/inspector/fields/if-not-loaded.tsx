'use client';

import { Component, type ReactNode } from 'react';

interface Props {
  /** What serves in its place. */
  fallback: ReactNode;
  children: ReactNode;
}

/**
 * Around a part that is loaded when it is first shown: without a connection that fails, and must not take the whole
 * editor, with what is not saved yet, off the screen.
 */
export class IfNotLoaded extends Component<Props, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.fallback : this.props.children;
  }
}
