"""Values that colour things: colours and gradients. Nothing here renders."""
