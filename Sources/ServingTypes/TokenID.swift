/// Index of a token in the model's vocabulary; on the wire a little-endian `u32`.
public typealias TokenID = UInt32
