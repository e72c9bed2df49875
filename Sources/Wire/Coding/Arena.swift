internal import CWireProto

/// Memory in which one message is built or unpacked: bounded, and freed at once.
///
/// Pointers that it gives out are valid as long as the arena.
struct Arena: ~Copyable {
    private let handle: OpaquePointer

    private init(owning handle: OpaquePointer) { self.handle = handle }

    deinit { CWireProto_arena_destroy(handle) }

    /// An empty arena of at most ``WireLimits/unpackedBytes``.
    static func make() throws(WireError) -> Arena {
        guard let handle = CWireProto_arena_create(WireLimits.unpackedBytes) else { throw .unpackedTooLarge }
        return Arena(owning: handle)
    }

    /// An empty message, by one of the `CWireProto_make_…` functions.
    func make<Raw>(
        _ construct: (OpaquePointer?) -> UnsafeMutablePointer<Raw>?
    ) throws(WireError) -> UnsafeMutablePointer<Raw> {
        guard let raw = construct(handle) else { throw .unpackedTooLarge }
        return raw
    }

    /// The message in `bytes`, by one of the `CWireProto_unpack_…` functions.
    func unpack<Raw>(
        _ parse: (OpaquePointer?, Int, UnsafePointer<UInt8>?) -> UnsafeMutablePointer<Raw>?,
        _ bytes: ArraySlice<UInt8>,
        of type: MessageType
    ) throws(WireError) -> UnsafeMutablePointer<Raw> {
        let handle = handle
        let raw = bytes.withUnsafeBufferPointer { parse(handle, $0.count, $0.baseAddress) }
        if let raw { return raw }
        throw CWireProto_arena_is_exhausted(handle) != 0 ? .unpackedTooLarge : .malformed(type)
    }

    /// Uninitialized room for `count` elements.
    func array<Element>(_ count: Int) throws(WireError) -> UnsafeMutableBufferPointer<Element> {
        let (size, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
        guard !overflow, let memory = CWireProto_arena_allocate(handle, size) else { throw .unpackedTooLarge }
        return UnsafeMutableBufferPointer(
            start: memory.bindMemory(to: Element.self, capacity: count),
            count: count
        )
    }

    /// A copy of a text's UTF-8.
    func copy(_ text: String) throws(WireError) -> ProtobufCBinaryData {
        let bytes: UnsafeMutableBufferPointer<UInt8> = try array(text.utf8.count)
        let count = bytes.initialize(fromContentsOf: text.utf8)
        return ProtobufCBinaryData(len: count, data: bytes.baseAddress)
    }

    /// The encoding of a message made here.
    func pack(_ raw: UnsafeMutablePointer<some Any>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: CWireProto_packed_size(raw)) { buffer, count in
            count = CWireProto_pack(raw, buffer.baseAddress)
        }
    }
}
