"""paint: values of paints: colours, gradients, patterns and filters, with their CSS syntax. Nothing here renders."""
