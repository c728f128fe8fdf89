"""css: values of CSS that colours, filters, fonts and transforms share: quantities, calculations, lengths of a font."""
