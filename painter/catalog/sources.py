"""The papers that several styles build on."""

FLOW = "Structure-tensor flow: Brox, Weickert et al. 2006; Kyprianidis and Döllner 2008"
SMEAR = "Line integral convolution: Cabral and Leedom 1993"
SMOOTH = "Domain transform: Gastal and Oliveira 2011"
LINE = "Flow-based lines: Kang, Lee and Chui 2007; Winnemöller, Kyprianidis and Olsen 2012"
PIGMENT = "Pigment density and paper: Bousseau, Kaplan, Thollot and Sillion 2006"
FACE = "Face hint: Viola and Jones 2001; Liao et al. 2007"
