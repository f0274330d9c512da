{% macro is_approximate(raw, quote) -%}
    {#- Whether the words around a number call it rounded: 9300余人, 近百所, 约3000. -#}
    case
        -- the cheap look first: a pattern made anew for each number is slow
        when not regexp_matches({{ quote }}, '近|约|超|逾|突破|余|多|左右|以上') then false
        else coalesce(regexp_matches(
            {{ quote }},
            '(近|约|超|超过|逾|突破)\s*' || regexp_escape({{ raw }}) || '([^\d.]|$)'
            || '|(^|[^\d.])' || regexp_escape({{ raw }}) || '\s*[个人名元册台亩%％]?\s*(余|多|左右|以上)'
        ), false)
    end
{%- endmacro %}

{% macro is_lower_bound(raw, quote) -%}
    {#- Whether a number is the least that holds: 98%以上, 超过3000, 不低于97%. -#}
    case
        when not regexp_matches({{ quote }}, '超|逾|突破|以上|不低于|不少于') then false
        else coalesce(regexp_matches(
            {{ quote }},
            '(超|超过|逾|突破|不低于|不少于)\s*' || regexp_escape({{ raw }}) || '([^\d.]|$)'
            || '|(^|[^\d.])' || regexp_escape({{ raw }}) || '\s*[个人名元册台亩%％]?\s*以上'
        ), false)
    end
{%- endmacro %}

{% macro part_of(raw, quote, place) -%}
    {#-
        The whole that a sentence names before 其中 for a number behind it: 专任教师数 in 专任教师数488,其中正式在编360人,
        or with 中: 专任教师 in 专任教师中,在编教师227人. Null where the number stands for itself.
    -#}
    case
        when {{ place }} <> 'prose' or not contains({{ quote }}, '中') then null
        else nullif(coalesce(nullif(regexp_extract(
            {{ quote }},
            '([\p{Han}”]+)[^\p{Han}。；;]*\d[^。；;其]*其中[^。；;]*?[^\d.]' || regexp_escape({{ raw }}) || '([^\d.]|$)', 1
        ), ''), regexp_extract(
            {{ quote }},
            '([\p{Han}”]+[^其])中[,，][^。；;]*?[^\d.]' || regexp_escape({{ raw }}) || '([^\d.]|$)', 1
        )), '')
    end
{%- endmacro %}

{% macro share_base(dims, raw, quote, place) -%}
    {#- What a share is said to be of: 专任教师 in 占专任教师总数的44.9%, or in its indicator; else null. -#}
    nullif(regexp_replace({{ squeezed(
        "case"
        ~ " when starts_with(" ~ dims ~ " ->> 'indicator', '占') then substr(" ~ dims ~ " ->> 'indicator', 2)"
        ~ " when " ~ place ~ " = 'prose' and contains(" ~ quote ~ ", '占') then regexp_extract("
        ~ quote ~ ", '占([\\p{Han}”“\"]{2,16}?)的?[为达]?\\s*' || regexp_escape(" ~ raw ~ ") || '([^\\d.]|$)', 1)"
        ~ " end"
    ) }}, '总数|总人数|人数|总量|全部|总额|全校|学校|全区|比例|的', '', 'g'), '')
{%- endmacro %}

{% macro unit_factor(raw, value) -%}
    {#- What the printed number was multiplied with to reach its canonical unit; 1 where nothing tells. -#}
    coalesce(nullif(round(
        cast({{ value }} as double)
        / nullif(try_cast(regexp_replace({{ raw }}, '[,，\s]', '', 'g') as double), 0), 6
    ), 0), 1)
{%- endmacro %}
