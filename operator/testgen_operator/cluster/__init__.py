"""The only room that talks to Kubernetes or imports kopf."""
