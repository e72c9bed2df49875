/// One tensor of a mapped GGUF file.
///
/// A value of this type keeps the mapping alive.
///
/// `@unchecked Sendable`: the only member that is not `Sendable` by itself is a pointer into a mapping that
/// is made read-only, never written by this process and unmapped only after the last holder is gone.
public struct GGUFTensor: @unchecked Sendable {
    /// The name, unique in its file.
    public let name: String
    /// How elements are stored.
    public let type: GGUFTensorType
    /// Elements per dimension in GGUF order, the contiguous dimension first.
    ///
    /// A matrix of `rows × columns` reads `[columns, rows]`. One to four dimensions, each at least 1.
    public let shape: [Int]
    /// The stored elements, `byteCount` bytes, aligned to the file's alignment (32 unless it says otherwise).
    ///
    /// Valid while this tensor or the ``GGUFFile`` it came from is alive: keep one of them for as long as
    /// you read through the pointer. Reading a page for the first time reads it from the file.
    public let bytes: UnsafeRawBufferPointer

    private let mapping: MappedFile

    init(name: String, type: GGUFTensorType, shape: [Int], range: Range<Int>, of mapping: MappedFile) {
        self.name = name
        self.type = type
        self.shape = shape
        self.mapping = mapping
        bytes = UnsafeRawBufferPointer(rebasing: mapping.bytes[range])
    }

    /// Bytes the elements take.
    public var byteCount: Int { bytes.count }

    /// Product of the dimensions.
    public var elementCount: Int { shape.reduce(1, *) }
}
