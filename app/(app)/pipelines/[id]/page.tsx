import { EditorPage } from '#components/editor/editor-page.tsx';

export const metadata = { title: 'Pipeline' };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <EditorPage id={id} />;
}
