/** Which component shows which place. Each page beyond the first two is fetched when it is gone to. */
import { lazy, Suspense } from 'react';
import { useShell } from './language.tsx';
import { Loading, NotHere, WhenBroken } from './page-states.tsx';
import type { Place } from './places.ts';
import { usePath, usePlace } from './routing.tsx';
import { SignInView } from './sign-in-view.tsx';
import { SignedIn, SignedInAgainPage } from './signed-in.tsx';

const StatusView = lazy(async () => ({ default: (await import('./status-view.tsx')).StatusView }));
const ProjectsPage = lazy(async () => ({
  default: (await import('./researcher/projects-page.tsx')).ProjectsPage,
}));
const ProjectPage = lazy(async () => ({
  default: (await import('./researcher/project-page.tsx')).ProjectPage,
}));
const SendPage = lazy(async () => ({ default: (await import('./researcher/send-page.tsx')).SendPage }));
const FilePage = lazy(async () => ({ default: (await import('./researcher/file-page.tsx')).FilePage }));
const DeliveryPage = lazy(async () => ({
  default: (await import('./researcher/delivery-page.tsx')).DeliveryPage,
}));
const AccountPage = lazy(async () => ({ default: (await import('./account/account-page.tsx')).AccountPage }));
const StaffPages = lazy(async () => ({ default: (await import('./staff/staff-pages.tsx')).StaffPages }));

export function Pages() {
  const { states } = useShell();
  const place = usePlace();
  const path = usePath();
  return (
    <WhenBroken texts={states} at={path}>
      <Suspense fallback={<Loading />}>
        {place === undefined ? (
          <NotHere title={states.notFound} text={states.notFoundText} />
        ) : place.name === 'front' || place.name === 'status' || place.name === 'signedIn' ? (
          <Open place={place} />
        ) : (
          <SignedIn>
            <Guarded place={place} />
          </SignedIn>
        )}
      </Suspense>
    </WhenBroken>
  );
}

type OpenPlace = Extract<Place, { name: 'front' | 'status' | 'signedIn' }>;

function Open({ place }: { readonly place: OpenPlace }) {
  switch (place.name) {
    case 'front':
      return <SignInView />;
    case 'status':
      return <StatusView />;
    case 'signedIn':
      return <SignedInAgainPage />;
  }
}

/** A key for what an address names, so that one project's page never shows what another's held. */
function Guarded({ place }: { readonly place: Exclude<Place, OpenPlace> }) {
  switch (place.name) {
    case 'projects':
      return <ProjectsPage />;
    case 'project':
      return <ProjectPage key={place.project} project={place.project} />;
    case 'send':
      return <SendPage key={place.project} project={place.project} />;
    case 'file':
      return <FilePage key={place.file} project={place.project} file={place.file} />;
    case 'delivery':
      return (
        <DeliveryPage
          key={`${place.project}/${place.folder}`}
          project={place.project}
          folder={place.folder}
        />
      );
    case 'account':
      return <AccountPage />;
    case 'staff':
      return <StaffPages rest={place.rest} />;
  }
}
