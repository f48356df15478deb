"""Readers of what describes machines: images, compose, Kubernetes, Helm, Terraform, Bicep, CloudFormation.

A reader gives the resources, and the units that the platform starts with their commands, images and schedules.
"""
