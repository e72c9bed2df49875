internal import CKernels
internal import ServingTypes

/// `cachegen`: differences to an anchor token, quantized in steps that depend on layer and row, entropy
/// coded.
///
/// ```
/// 0    1   format, 0xC1
/// 1    1   log2 of the tokens of a group; a group's first token is its anchor
/// 2    4   escapes E, little-endian, as all numbers here
/// 6    4   words W
/// 10   B   bit i of byte i / 8: cell i is raw; B = ⌈cells / 8⌉
///      …   models: for each layer with a coded cell, for each plane
///              1              0: direct, 1: anchored
///              ⌈headDim / 2⌉  entropy class of each channel, a nibble, low first
///              ⌈headDim / 8⌉  anchored only: bit per channel, 1: predicted by the anchor
///      …   literals: for each coded cell, for each plane
///              direct:   a step index per token
///              anchored: for each group an F16 scale, headDim signed bytes, a step index per other token
///      2E  escapes: signed
///      128 32 states of the entropy coder, if a cell is coded
///      2W  words of the entropy coder
///      …   the raw cells
/// ```
/// An element is `prediction + value · step`: the prediction is the anchor's decoded element or 0, the step
/// that of its row (``StepLadder``), and the value a symbol − 128 or, for symbol 0, the next escape. No
/// element is off by more than half a step and what rounding to the KV type adds; the step follows from the
/// row's own elements, so garbage in unfilled tokens coarsens no other. A cell is raw when it holds NaN,
/// infinity or numbers that steps and escapes cannot express; all are, when coding saves nothing.
///
/// Sources: Liu et al., "CacheGen" (SIGCOMM 2024), for anchors, finer early layers and entropy coding by
/// layer and channel; Giesen, arXiv:1402.3392, for interleaved range ANS.
struct CacheGenEncoder: ~Copyable {
    private let shape: ChunkShape
    private let kernels: CodecKernels
    private let cells: [UnsafeRawPointer]
    private var survey: CacheGenSurvey
    private let plane: Scratch<Float>
    private let anchor: Scratch<Float>
    private let prediction: Scratch<Float>
    private let inverseSteps: Scratch<Float>

    init(
        shape: ChunkShape,
        kernels: CodecKernels,
        cells: [UnsafeRawPointer],
        tuning: CacheGenTuning
    ) {
        self.shape = shape
        self.kernels = kernels
        self.cells = cells
        survey = CacheGenSurvey(shape: shape, kernels: kernels, tuning: tuning)
        plane = Scratch(uninitialized: shape.planeElements)
        anchor = Scratch(shape.layout.headDim, zero: 0)
        prediction = Scratch(shape.layout.headDim, zero: 0)
        inverseSteps = Scratch(shape.layout.blockTokens, zero: 0)
    }

    /// Writes the cells and returns how many bytes they took.
    mutating func encode(into output: UnsafeMutableRawPointer) -> Int {
        survey.run(cells)
        let rawBytes = CacheGenHead.byteCount + shape.bitmapBytes + shape.cellCount * shape.cellBytes
        let coded = survey.isRaw.contains(false) ? encodeCoded(into: output, below: rawBytes) : nil
        return coded ?? writeRaw(to: output)
    }

    private func writeRaw(to output: UnsafeMutableRawPointer) -> Int {
        let isRaw = [Bool](repeating: true, count: shape.cellCount)
        writeHead(to: output, isRaw: isRaw, escapeCount: 0, wordCount: 0)
        let start = output + CacheGenHead.byteCount + shape.bitmapBytes
        return copyRaw(isRaw, to: start) - output
    }

    private func copyRaw(_ isRaw: [Bool], to start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        var next = start
        for (cell, isRaw) in zip(cells, isRaw) where isRaw {
            next.copyMemory(from: cell, byteCount: shape.cellBytes)
            next += shape.cellBytes
        }
        return next
    }

    private func writeHead(
        to output: UnsafeMutableRawPointer,
        isRaw: [Bool],
        escapeCount: Int,
        wordCount: Int
    ) {
        output.storeBytes(of: CacheGenHead.format, as: UInt8.self)
        let exponent = UInt8(survey.models.groupTokens.trailingZeroBitCount)
        output.storeBytes(of: exponent, toByteOffset: 1, as: UInt8.self)
        output.storeBytes(of: UInt32(escapeCount).littleEndian, toByteOffset: 2, as: UInt32.self)
        output.storeBytes(of: UInt32(wordCount).littleEndian, toByteOffset: 6, as: UInt32.self)
        shape.write(isRaw, to: output + CacheGenHead.byteCount)
    }

    /// Writes the coded form; `nil` when it does not stay below `limit` bytes.
    private func encodeCoded(into output: UnsafeMutableRawPointer, below limit: Int) -> Int? {
        let fixed = CacheGenHead.byteCount + shape.bitmapBytes
        var (modelBytes, literalBytes) = (0, 0)
        for layer in 0..<shape.layerCount {
            let coded = survey.codedCount(layer: layer)
            guard coded > 0 else { continue }
            modelBytes += survey.models.planes(of: layer).reduce(0) { $0 + survey.models.modelBytes($1) }
            literalBytes += coded * survey.models.literalBytes(layer: layer)
        }
        let rawCount = survey.isRaw.count { $0 }
        let known = fixed + modelBytes + literalBytes + CacheGenHead.stateBytes + rawCount * shape.cellBytes
        guard known < limit else { return nil }
        // The coder writes backwards, so its output is collected apart and moved behind the literals.
        let words = Scratch<UInt8>(uninitialized: (limit - known) & ~1)
        let escapes = Scratch<UInt8>(uninitialized: (limit - known) & ~1)
        var encoder = ck_kv_start_encoder(words.base, words.count, escapes.base, escapes.count)
        let literals = output + fixed + modelBytes
        guard encodeCells(&encoder, literals: literals, literalBytes: literalBytes) else { return nil }
        let wordBytes = words.base + words.count - encoder.words
        let escapeBytes = escapes.base + escapes.count - encoder.escapes
        guard known + wordBytes + escapeBytes < limit else { return nil }
        writeHead(to: output, isRaw: survey.isRaw, escapeCount: escapeBytes / 2, wordCount: wordBytes / 2)
        writeModels(to: output + fixed)
        var next = literals + literalBytes
        next.copyMemory(from: encoder.escapes, byteCount: escapeBytes)
        next += escapeBytes
        withUnsafeBytes(of: encoder.states) {
            UnsafeMutableRawBufferPointer(start: next, count: $0.count).copyMemory(from: $0)
        }
        next += CacheGenHead.stateBytes
        next.copyMemory(from: encoder.words, byteCount: wordBytes)
        return copyRaw(survey.isRaw, to: next + wordBytes) - output
    }

    private func writeModels(to output: UnsafeMutableRawPointer) {
        var next = output
        for layer in 0..<shape.layerCount where survey.codedCount(layer: layer) > 0 {
            for plane in survey.models.planes(of: layer) {
                survey.models.write(plane, to: next)
                next += survey.models.modelBytes(plane)
            }
        }
    }

    /// Encodes all coded cells, the last first; false when the coder's memory is full.
    private func encodeCells(
        _ encoder: inout ck_kv_encoder,
        literals: UnsafeMutableRawPointer,
        literalBytes: Int
    ) -> Bool {
        var literal = (literals + literalBytes).assumingMemoryBound(to: UInt8.self)
        for index in cells.indices.reversed() where !survey.isRaw[index] {
            let planes = survey.models.planes(of: index / shape.blockCount)
            for (offset, model) in planes.enumerated().reversed() {
                let source = cells[index] + offset * shape.planeBytes
                kernels.widen(shape.layout.type, source, plane.base, shape.planeElements)
                literal -= survey.models.literalBytes(model)
                let indices = survey.stepIndices(cell: index, plane: offset)
                guard encodePlane(model, indices, &encoder, literal) else { return false }
            }
        }
        return true
    }

    private func encodePlane(
        _ model: Int,
        _ indices: UnsafePointer<UInt8>,
        _ encoder: inout ck_kv_encoder,
        _ literal: UnsafeMutablePointer<UInt8>
    ) -> Bool {
        let (tokens, dim, group) = (shape.layout.blockTokens, shape.layout.headDim, survey.models.groupTokens)
        guard survey.models.isAnchored[model] else {
            prediction.base.update(repeating: 0, count: dim)
            literal.update(from: indices, count: tokens)
            return encodeRows(model, &encoder, plane.base, indices, count: tokens)
        }
        let weights = survey.models.weights(model)
        for first in stride(from: tokens - group, through: 0, by: -group) {
            let output = literal + first / group * (2 + dim + group - 1)
            let rows = plane.base + first * dim
            // The survey made sure that the scale is finite.
            _ = kernels.codec.pointee.pack(rows, 1, dim, output, output + 2)
            _ = kernels.codec.pointee.unpack(output, output + 2, 1, dim, shape.largestElement, anchor.base)
            for channel in 0..<dim { prediction.base[channel] = anchor.base[channel] * weights[channel] }
            (output + 2 + dim).update(from: indices + first + 1, count: group - 1)
            let others = encodeRows(model, &encoder, rows + dim, indices + first + 1, count: group - 1)
            guard others else { return false }
        }
        return true
    }

    private func encodeRows(
        _ model: Int,
        _ encoder: inout ck_kv_encoder,
        _ rows: UnsafePointer<Float>,
        _ indices: UnsafePointer<UInt8>,
        count: Int
    ) -> Bool {
        for row in 0..<count { inverseSteps.base[row] = StepLadder.inverses[Int(indices[row])] }
        return kernels.codec.pointee.encode(
            &encoder,
            CodingTables.shared.pointer,
            survey.models.classes(model),
            rows,
            prediction.base,
            inverseSteps.base,
            count,
            shape.layout.headDim
        ) != 0
    }
}
