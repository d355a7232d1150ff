"""The inside of the process that reads documents. It knows Pillow, PDFium and nothing of the house."""
