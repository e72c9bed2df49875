internal import NIOCore

/// Writes values as JSON into a buffer of bytes.
enum JSONText {
    private static let hex = Array("0123456789abcdef".utf8)

    /// A string with its quotes.
    static func write(_ text: String, to buffer: inout ByteBuffer) {
        buffer.writeInteger(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { bytes in
            var start = 0
            for (index, byte) in bytes.enumerated() where byte < 32 || byte == 0x22 || byte == 0x5C {
                buffer.writeBytes(
                    UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[start..<index])
                )
                write(escaped: byte, to: &buffer)
                start = index + 1
            }
            buffer.writeBytes(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[start...]))
        }
        buffer.writeInteger(UInt8(ascii: "\""))
    }

    private static func write(escaped byte: UInt8, to buffer: inout ByteBuffer) {
        switch byte {
        case 0x22, 0x5C: buffer.writeBytes([0x5C, byte])
        case 0x0A: buffer.writeStaticString("\\n")
        default:
            buffer.writeStaticString("\\u00")
            buffer.writeBytes([hex[Int(byte >> 4)], hex[Int(byte & 15)]])
        }
    }

    /// An array of numbers: `[1,2,3]`.
    static func write(_ numbers: [UInt32], to buffer: inout ByteBuffer) {
        // Ten digits and a comma each, and the brackets.
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: numbers.count * 11 + 2) { bytes in
            bytes[0] = UInt8(ascii: "[")
            var end = 1
            for number in numbers {
                end = write(number, to: bytes, at: end)
                bytes[end] = UInt8(ascii: ",")
                end += 1
            }
            // The last comma becomes the bracket; an empty array has none.
            if !numbers.isEmpty { end -= 1 }
            bytes[end] = UInt8(ascii: "]")
            return end + 1
        }
    }

    /// Writes the digits of a number and returns where they end.
    private static func write(_ number: UInt32, to bytes: UnsafeMutableRawBufferPointer, at start: Int) -> Int
    {
        var count = 1
        var power: UInt64 = 10
        while UInt64(number) >= power { (count, power) = (count + 1, power * 10) }
        var rest = number
        for index in stride(from: start + count - 1, through: start, by: -1) {
            bytes[index] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
        return start + count
    }

    /// The text that stands between the quotes of a JSON string; what is damaged in it becomes U+FFFD.
    static func unescaped(_ bytes: [UInt8]) -> String {
        var units: [UInt8] = []
        units.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == 0x5C, index + 1 < bytes.count else {
                units.append(bytes[index])
                index += 1
                continue
            }
            index += 2
            switch bytes[index - 1] {
            case UInt8(ascii: "n"): units.append(0x0A)
            case UInt8(ascii: "t"): units.append(0x09)
            case UInt8(ascii: "r"): units.append(0x0D)
            case UInt8(ascii: "b"): units.append(0x08)
            case UInt8(ascii: "f"): units.append(0x0C)
            case UInt8(ascii: "u"): units.append(contentsOf: character(bytes, &index))
            case let byte: units.append(byte)
            }
        }
        return String(decoding: units, as: UTF8.self)
    }

    /// The character of `\uXXXX`, or of two such that are a surrogate pair, in UTF-8.
    private static func character(_ bytes: [UInt8], _ index: inout Int) -> [UInt8] {
        let first = unit(bytes, &index)
        var units = [first]
        if 0xD800..<0xDC00 ~= first, index + 1 < bytes.count, bytes[index] == 0x5C,
            bytes[index + 1] == UInt8(ascii: "u")
        {
            index += 2
            units.append(unit(bytes, &index))
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }

    private static func unit(_ bytes: [UInt8], _ index: inout Int) -> UInt16 {
        let digits = bytes[min(index, bytes.count)..<min(index + 4, bytes.count)]
        index += digits.count
        return UInt16(String(decoding: digits, as: UTF8.self), radix: 16) ?? 0xFFFD
    }
}
