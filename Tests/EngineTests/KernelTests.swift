import CKernels
import Testing

@testable import Engine

/// Every instruction set yields the scalar twin's bits.
@Suite struct KernelTests {
    private static let vectorSets = Fixture.instructionSets.filter { $0 != CK_SCALAR }.map(\.rawValue)
    private static let types: [ck_type] = [CK_F32, CK_F16, CK_BF16, CK_Q8_0]

    private func kernels(_ isa: UInt32) throws -> (tested: ck_kernels, oracle: ck_kernels) {
        (try #require(ck_kernels_for(ck_isa(isa))).pointee, try #require(ck_kernels_for(CK_SCALAR)).pointee)
    }

    private func floats(_ count: Int, _ range: ClosedRange<Float>, _ random: inout Randomness)
        -> [Float]
    {
        (0..<count).map { _ in Float.random(in: range, using: &random) }
    }

    /// Rows of stored elements: numbers that the type can hold, as bytes.
    private func stored(_ type: ck_type, rows: Int, _ k: Int, _ random: inout Randomness) -> (
        bytes: [UInt8], stride: Int
    ) {
        switch type {
        case CK_Q8_0:
            var bytes: [UInt8] = []
            for _ in 0..<rows * k / 32 {
                let scale = Float16(Float.random(in: -0.1...0.1, using: &random)).bitPattern
                bytes += [UInt8(truncatingIfNeeded: scale), UInt8(scale >> 8)]
                bytes += (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
            }
            return (bytes, k / 32 * 34)
        case CK_F32:
            let values = floats(rows * k, -2...2, &random)
            return (values.withUnsafeBytes(Array.init), 4 * k)
        default:
            let values = floats(rows * k, -2...2, &random).map {
                type == CK_F16 ? Float16($0).bitPattern : UInt16($0.bitPattern >> 16)
            }
            return (values.withUnsafeBytes(Array.init), 2 * k)
        }
    }

    private func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }

    @Test(arguments: vectorSets, 0..<40)
    func `Matrix products equal the twin's at every tile remainder`(isa: UInt32, seed: Int) throws {
        let (tested, oracle) = try kernels(isa)
        var random = Randomness(seed: UInt64(seed))
        let rows = Int.random(in: 1...9, using: &random)
        let outs = Int.random(in: 1...15, using: &random)
        for type in Self.types {
            let k = 32 * Int.random(in: 1...6, using: &random) + (type == CK_Q8_0 ? 0 : 16 * (seed % 2))
            let stride = k + Int.random(in: 0...3, using: &random)
            let x = floats(rows * stride, -2...2, &random)
            let (weights, rowBytes) = stored(type, rows: outs, k, &random)
            let start = floats(rows * (outs + 2), -2...2, &random)
            for accumulate: Int32 in [0, 1] {
                var (found, expected) = (start, start)
                weights.withUnsafeBytes { bytes in
                    guard let base = bytes.baseAddress else { return }
                    let matrix = ck_matrix(base: base, stride: rowBytes, type: type)
                    tested.matmul(x, stride, rows, matrix, outs, k, &found, outs + 2, accumulate)
                    oracle.matmul(x, stride, rows, matrix, outs, k, &expected, outs + 2, accumulate)
                }
                #expect(bits(found) == bits(expected), "type \(type), \(rows) × \(outs) × \(k), seed \(seed)")
                #expect(found != start)
            }
        }
    }

    @Test(arguments: vectorSets)
    func `Every half-precision number and every Q8_0 byte widens as in the twin`(isa: UInt32) throws {
        let (tested, oracle) = try kernels(isa)
        let halves = Array(UInt16.min...UInt16.max)
        for type in [CK_F16, CK_BF16] {
            var found = [Float](repeating: 0, count: halves.count)
            var expected = found
            tested.widen(type, halves, &found, found.count)
            oracle.widen(type, halves, &expected, found.count)
            #expect(bits(found) == bits(expected))
            for (half, value) in zip(halves, found) where !value.isNaN {
                let exact =
                    type == CK_F16 ? Float(Float16(bitPattern: half)) : Float(bitPattern: UInt32(half) << 16)
                #expect(value == exact)
            }
        }
        var random = Randomness(seed: 1)
        let (blocks, _) = stored(CK_Q8_0, rows: 64, 256, &random)
        var (found, expected) = (
            [Float](repeating: 0, count: 64 * 256), [Float](repeating: 1, count: 64 * 256)
        )
        tested.widen(CK_Q8_0, blocks, &found, found.count)
        oracle.widen(CK_Q8_0, blocks, &expected, found.count)
        #expect(bits(found) == bits(expected))
    }

    @Test(arguments: Fixture.instructionSets.map(\.rawValue))
    func `Rounding to KV types is to nearest even`(isa: UInt32) throws {
        let (tested, oracle) = try kernels(isa)
        var random = Randomness(seed: 2)
        let patterns = (0..<100_000).map { _ in UInt32.random(in: 0...UInt32.max, using: &random) }
        let edges: [Float] = [
            0, -0.0, 65504, 65519.99, 65520, 1e9, -1e9, 0x1p-14, 0x1p-24, 0x1p-25, 0x1.8p-25, 3e-8, .infinity,
        ]
        let values = edges + [Float](repeating: 1, count: 3) + patterns.map(Float.init(bitPattern:))
        for type in [CK_F16, CK_BF16] {
            var found = [UInt16](repeating: 0, count: values.count)
            var expected = found
            tested.narrow(type, values, &found, values.count)
            oracle.narrow(type, values, &expected, values.count)
            #expect(found == expected)
            for (value, half) in zip(values, found) where type == CK_F16 && !value.isNaN {
                #expect(half == Float16(value).bitPattern, "\(value)")
            }
        }
    }

    @Test(arguments: vectorSets, 0..<20)
    func `Row kernels equal the twin's`(isa: UInt32, seed: Int) throws {
        let (tested, oracle) = try kernels(isa)
        var random = Randomness(seed: UInt64(seed))
        let n = 16 * Int.random(in: 1...20, using: &random)
        let (x, gain) = (floats(n, -2...2, &random), floats(n, -2...2, &random))
        func same(_ name: String, _ run: (ck_kernels, inout [Float]) -> Void) {
            var (found, expected) = (x, x)
            run(tested, &found)
            run(oracle, &expected)
            #expect(bits(found) == bits(expected), "\(name), \(n) elements, seed \(seed)")
            #expect(found != x, "\(name) did nothing")
        }
        let wide = floats(n, -200...200, &random)
        same("rms_norm") { $0.rms_norm(x, gain, 1e-5, &$1, n) }
        same("rope") { $0.rope(&$1, gain, wide, n) }
        same("silu") { $0.silu(&$1, gain, n) }
        same("blend") { $0.blend(&$1, 0.7, gain, 1.3, n) }
        same("exp") { $0.exp(wide, 1.5, &$1, n - seed % 16) }
    }

    @Test(arguments: vectorSets, 0..<20)
    func `Attention kernels equal the twin's at ragged counts`(isa: UInt32, seed: Int) throws {
        let (tested, oracle) = try kernels(isa)
        var random = Randomness(seed: UInt64(seed))
        let n = Int.random(in: 1...128, using: &random)
        let scores = floats(128, -30...30, &random)
        var (found, expected) = (scores, scores)
        var (high, highExpected): (Float, Float) = (0, 0)
        let sum = tested.softmax(&found, n, 0.25, &high)
        let sumExpected = oracle.softmax(&expected, n, 0.25, &highExpected)
        #expect(bits([sum, high]) == bits([sumExpected, highExpected]), "\(n) scores, seed \(seed)")
        #expect(bits(Array(found[..<n])) == bits(Array(expected[..<n])), "\(n) scores, seed \(seed)")

        let rows = Int.random(in: 1...9, using: &random)
        let dim = 16 * Int.random(in: 1...10, using: &random)
        let counts = (0..<rows).map { _ in Int.random(in: 1...n, using: &random) }
        let (weights, values) = (floats(rows * 128, -2...2, &random), floats(128 * dim, -2...2, &random))
        var mixed = [Float](repeating: 0, count: rows * dim)
        var mixedExpected = mixed
        tested.mix(weights, 128, counts, rows, values, dim, &mixed)
        oracle.mix(weights, 128, counts, rows, values, dim, &mixedExpected)
        #expect(bits(mixed) == bits(mixedExpected), "\(rows) rows of \(dim), seed \(seed)")
    }

    @Test func `A fast instruction set is chosen where there is one`() {
        let fastest = Fixture.instructionSets.map(\.rawValue).max()
        #expect(ck_kernels_best().pointee.isa.rawValue == fastest)
    }
}
