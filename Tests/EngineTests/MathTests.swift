import CKernels
import Foundation
import Testing

@testable import Engine

/// Our own elementary functions are as good as the C library's.
@Suite struct MathTests {
    @Test func `Double functions are within 1e-15 of the C library's`() {
        var random = Randomness(seed: 3)
        for _ in 0..<20_000 {
            let positive = Double.random(in: 1e-6...1e6, using: &random)
            #expect(abs(ck_log(positive) - log(positive)) <= 1e-15 * max(1, abs(log(positive))))
            let exponent = Double.random(in: -40...40, using: &random)
            #expect(abs(ck_exp_double(exponent) / exp(exponent) - 1) <= 1e-15)
            let angle = Double.random(in: 0...131_072, using: &random)
            let (sine, cosine) = DeterministicMath.sineCosine(angle)
            #expect(abs(sine - sin(angle)) <= 1e-15 && abs(cosine - cos(angle)) <= 1e-15, "angle \(angle)")
        }
    }

    @Test func `The kernels' exponential is within two units in the last place`() {
        var random = Randomness(seed: 4)
        for _ in 0..<50_000 {
            let x = Float.random(in: -87...88, using: &random)
            let exact = Float(exp(Double(x)))
            #expect(abs(ck_exp(x) - exact) <= 2 * exact.ulp, "exp(\(x))")
        }
        #expect(ck_exp(0) == 1)
        #expect(ck_exp(-.infinity) == 0)
        #expect(ck_exp(-88) == 0)
        #expect(ck_exp(1_000) == ck_exp(88))
        #expect(ck_exp(.nan).isNaN)
    }

    @Test(
        arguments: [
            ([0, 0, 0, 0], [0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            (
                [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [0xffff_ffff, 0xffff_ffff],
                [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
            ),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
            ),
        ] as [([UInt32], [UInt32], [UInt32])]
    )
    func `The generator is Philox4x32-10`(counter: [UInt32], key: [UInt32], expected: [UInt32]) {
        let block = CounterGenerator.block(
            counter: (counter[0], counter[1], counter[2], counter[3]),
            key: (key[0], key[1])
        )
        #expect([block.0, block.1, block.2, block.3] == expected)
    }
}
