/** Shown at an address that nothing has. */
import { Heading, Paragraph } from '@digdir/designsystemet-react';
import { useLanguage } from './language.tsx';
import { PlaceLink } from './routing.tsx';

export function NotFoundView() {
  const { texts } = useLanguage();
  return (
    <div className="column page">
      <Heading level={1} data-size="lg">
        {texts.notFound.heading}
      </Heading>
      <Paragraph>{texts.notFound.text}</Paragraph>
      <Paragraph>
        <PlaceLink to="signIn">{texts.notFound.home}</PlaceLink>
      </Paragraph>
    </div>
  );
}
