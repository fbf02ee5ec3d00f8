#include "report/html_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "mote/base/text.h"

namespace mote::pipeline {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kMinus = "\xE2\x88\x92";
constexpr std::string_view kThinSpace = "\xE2\x80\xAF";

// Length of the well-formed UTF-8 sequence that starts `text` (RFC 3629), 0 when there is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) >= 0xA0;
    return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool out_of_range = (first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) >= 0x90);
    return continues(1) && continues(2) && continues(3) && !out_of_range ? 4 : 0;
  }
  return 0;
}

std::string_view escaped_ascii(const char& letter) {
  switch (letter) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      break;
  }
  const auto code = static_cast<unsigned char>(letter);
  const bool forbidden = code < 0x20 && letter != '\t' && letter != '\n' && letter != '\r';
  return forbidden || code == 0x7F ? kReplacement : std::string_view(&letter, 1);
}

std::string with_minus(std::string text) {
  if (!text.empty() && text.front() == '-') text.replace(0, 1, kMinus);
  return text;
}

}  // namespace

std::string escape(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) {
      result += kReplacement;
    } else if (length == 1) {
      result += escaped_ascii(text.front());
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

std::string percent(double rate) {
  return fmt::format("{:.2f}{}%", 100 * rate, kThinSpace);
}

std::string percent_or_dash(std::optional<double> rate) {
  return rate ? percent(*rate) : "–";
}

std::string points(double difference) {
  const double value = 100 * difference;
  if (std::abs(value) < 0.005) return "0.00";
  return with_minus(fmt::format("{:+.2f}", value));
}

std::string number(double value) {
  if (std::abs(value) >= 1000 && std::abs(value) < 1e15) return count(std::llround(value));
  return with_minus(fmt::format("{:.4g}", value));
}

std::string count(std::int64_t value) {
  return with_minus(group_digits(value));
}

std::string short_count(std::int64_t value) {
  const auto scaled = static_cast<double>(value);
  if (value >= 1'000'000'000) return fmt::format("{:.2f}{}G", scaled / 1e9, kThinSpace);
  if (value >= 1'000'000) return fmt::format("{:.2f}{}M", scaled / 1e6, kThinSpace);
  if (value >= 10'000) return fmt::format("{:.1f}{}k", scaled / 1e3, kThinSpace);
  return count(value);
}

std::string bytes(std::int64_t value) {
  return human_bytes(value);
}

std::string shape(const std::vector<std::int64_t>& dimensions) {
  return fmt::format("{}", fmt::join(dimensions, "×"));
}

std::string gate_sentence(const Gate& gate) {
  const auto with_unit = [&](double value) {
    const bool whole = value == std::floor(value) && std::abs(value) < 1e15;
    const std::string text = whole ? count(static_cast<std::int64_t>(value)) : with_minus(fmt::format("{:.6g}", value));
    return gate.unit.empty() ? text : text + " " + gate.unit;
  };
  return fmt::format("{}: wanted {} {}, got {}", gate.name, gate.rule == "at_least" ? "at least" : "at most",
                     with_unit(gate.limit), with_unit(gate.measured));
}

std::string base64(std::span<const std::uint8_t> bytes) {
  // RFC 4648, section 4.
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t rest = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) group = group << 8 | (i < rest ? bytes[at + i] : 0U);
    for (std::size_t i = 0; i < 4; ++i) text += i <= rest ? kAlphabet[group >> (18 - 6 * i) & 63] : '=';
  }
  return text;
}

Cell text_cell(std::string_view text) {
  return {escape(text), ""};
}

Cell number_cell(double value, std::string html) {
  return {std::move(html), fmt::format("{:.9g}", value)};
}

Cell number_cell(std::optional<double> value, std::string html) {
  return number_cell(value.value_or(-1), std::move(html));
}

std::string table(const Table& content) {
  std::string html = fmt::format("<div class=\"scroll\"><table class=\"{}\"><thead><tr>", content.css_class);
  std::vector<std::string_view> alignment;
  for (std::string_view title : content.titles) {
    const bool right = title.starts_with('#');
    if (right) title.remove_prefix(1);
    alignment.push_back(right ? " class=\"n\"" : "");
    html += fmt::format("<th scope=\"col\"{}>{}</th>", alignment.back(), escape(title));
  }
  html += "</tr></thead><tbody>\n";
  for (const auto& row : content.rows) {
    html += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string key = row[i].sort_key.empty() ? "" : fmt::format(" data-v=\"{}\"", row[i].sort_key);
      html += fmt::format("<td{}{}>{}</td>", alignment[i], key, row[i].html);
    }
    html += "</tr>\n";
  }
  html += "</tbody>";
  if (!content.footer.empty()) {
    html += "<tfoot><tr>";
    for (std::size_t i = 0; i < content.footer.size(); ++i) {
      html += fmt::format("<td{}>{}</td>", alignment[i], content.footer[i]);
    }
    html += "</tr></tfoot>";
  }
  return html + "</table></div>\n";
}

}  // namespace mote::pipeline
