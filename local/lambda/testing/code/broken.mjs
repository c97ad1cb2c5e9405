throw new RangeError("no good start");
