"""The custom resources as models, their validation, and the CustomResourceDefinitions made from them."""
